// Output shapes of poolings at compile time, with and without `ceilMode`: the rule of lib/ops/pool2d.ts.
import type { Add, Compare, Divide, Mod, Multiply, Subtract } from 'ts-arithmetic';
import type { Pair } from './arguments.js';
import type { Padding, Side } from './padding.js';
import type { Shape } from './shape.js';
import type {
  Along,
  ChannelsOf,
  Compatible,
  IsUnknownRank,
  SequenceChannelsOf,
  SequenceOutput,
  ShapeText,
  WindowExtent,
  WindowOutput,
} from './shape_types.js';
import type { Padding1d } from './window1d.js';

/** N split in two, the odd one last. */
type Halves<N extends number> =
  Subtract<N, Mod<N, 2>> extends infer Even extends number ? [Divide<Even, 2>, Subtract<N, Divide<Even, 2>>] : never;

/** Zeros before and after, for the conventions that do not depend on the input. */
type Sides<P, K extends number, Axis extends 0 | 1> = P extends 'valid'
  ? [0, 0]
  : P extends 'full'
    ? [Subtract<K, 1>, Subtract<K, 1>]
    : P extends 'causal'
      ? [Subtract<K, 1>, 0]
      : P extends { readonly same: 'total' }
        ? Halves<Subtract<K, 1>>
        : P extends Pair
          ? [Along<P, Axis>, Along<P, Axis>]
          : P extends { readonly total: infer Total extends Pair }
            ? Halves<Along<Total, Axis>>
            : P extends { readonly h: infer H extends Side; readonly w: infer W extends Side }
              ? Axis extends 0
                ? [H[0], H[1]]
                : [W[0], W[1]]
              : [number, number];

/** One more window where inputs stay unread, unless it would start beyond the input. */
type OneMore<Input extends number, K extends number, S extends number, Floor extends number, Ends> = [Floor] extends [
  never,
]
  ? never
  : Ends extends [infer Before extends number, infer After extends number]
    ? number extends Input | K | S | Floor | Before | After
      ? number
      : Compare<Add<Multiply<Subtract<Floor, 1>, S>, K>, Add<Input, Add<Before, After>>> extends -1
        ? Compare<Multiply<Floor, S>, Add<Input, Before>> extends -1
          ? Add<Floor, 1>
          : Floor
        : Floor
    : number;

/** Output extent along one axis with `ceilMode`; never when the window is larger than the padded input. */
type CeilExtent<Input extends number, K extends number, S extends number, P extends Padding, Axis extends 0 | 1> = [
  P,
] extends ['same' | 'sameLower']
  ? WindowExtent<Input, K, S, 1, P, Axis>
  : OneMore<Input, K, S, WindowExtent<Input, K, S, 1, P, Axis>, Sides<P, K, Axis>>;

/** Output of a pooling over an image [height, width, channels]; a sentence when the window does not fit. */
export type PoolOutput<
  Kind extends string,
  Input,
  K extends Pair,
  S extends Pair,
  P extends Padding,
  Ceil extends boolean,
> =
  WindowOutput<Kind, Input, K, S, 1, P, ChannelsOf<Input>> extends infer Floored
    ? [Ceil] extends [false]
      ? Floored
      : Floored extends readonly number[]
        ? [Ceil] extends [true]
          ? IsUnknownRank<Input> extends false
            ? Input extends readonly [infer H extends number, infer W extends number, infer C extends number]
              ? [CeilExtent<H, Along<K, 0>, Along<S, 0>, P, 0>, CeilExtent<W, Along<K, 1>, Along<S, 1>, P, 1>, C]
              : Floored
            : Floored
          : [number, number, ChannelsOf<Input>]
        : Floored
    : never;

/** A padding along one axis as one of images, whose width the sequence becomes. */
type ImagePadding<P extends Padding1d> = P extends Side ? { readonly h: readonly [0, 0]; readonly w: P } : P;

/** Output of a pooling over a sequence [length, channels]; a sentence when the window does not fit. */
export type SequencePoolOutput<
  Kind extends string,
  Input,
  K extends number,
  S extends number,
  P extends Padding1d,
  Ceil extends boolean,
> =
  SequenceOutput<Kind, Input, K, S, 1, P, SequenceChannelsOf<Input>> extends infer Floored
    ? [Ceil] extends [false]
      ? Floored
      : Floored extends readonly number[]
        ? [Ceil] extends [true]
          ? Input extends readonly [infer L extends number, infer C extends number]
            ? [CeilExtent<L, K, S, ImagePadding<P>, 1>, C]
            : Floored
          : [number, SequenceChannelsOf<Input>]
        : Floored
    : never;

/** [channels] of an image, or a sentence. */
export type ImageChannels<Kind extends string, Input> =
  IsUnknownRank<Input> extends true
    ? [number]
    : Input extends readonly [number, number, infer Channels extends number]
      ? [Channels]
      : `${Kind} expects an image [height, width, channels], got ${ShapeText<Input>}`;

/** An image of another height and width, or a sentence. */
export type Resized<Kind extends string, Input, Size extends Pair> =
  IsUnknownRank<Input> extends true
    ? [Along<Size, 0>, Along<Size, 1>, number]
    : Input extends readonly [number, number, infer Channels extends number]
      ? [Along<Size, 0>, Along<Size, 1>, Channels]
      : `${Kind} expects an image [height, width, channels], got ${ShapeText<Input>}`;

/** [channels] of a sequence, or a sentence. */
export type SequenceChannels<Kind extends string, Input> =
  IsUnknownRank<Input> extends true
    ? [number]
    : Input extends readonly [number, infer Channels extends number]
      ? [Channels]
      : `${Kind} expects a sequence [length, channels], got ${ShapeText<Input>}`;

/** A sequence of another length, or a sentence. */
export type SequenceResized<Kind extends string, Input, Size extends number> =
  IsUnknownRank<Input> extends true
    ? [Size, number]
    : Input extends readonly [number, infer Channels extends number]
      ? [Size, Channels]
      : `${Kind} expects a sequence [length, channels], got ${ShapeText<Input>}`;

/** What an un-pooling restores, if pooling it gives the input's shape `Pooled`; else a sentence. */
export type Restored<Kind extends string, Input, Output extends Shape, Pooled> = Pooled extends Shape
  ? Compatible<Pooled, Input> extends true
    ? Output
    : `${Kind} restores ${ShapeText<Output>}, which the pooling makes ${ShapeText<Pooled>}, got ${ShapeText<Input>}`
  : Pooled;
