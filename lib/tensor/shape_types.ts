// Arithmetic on shapes at compile time. Extents are literal types (28) or `number` where they are not known;
// whatever an unknown extent touches becomes `number`. Digit-wise arithmetic: the ts-arithmetic package.
import type { Add, Compare, Divide, Mod, Multiply, Subtract } from 'ts-arithmetic';
import type { Pair } from './arguments.js';
import type { Padding, Side } from './padding.js';
import type { Shape } from './shape.js';
import type { Padding1d } from './window1d.js';

/** The tuple with its `readonly` taken off, as shapes are displayed. */
export type Mutable<S extends Shape> = { -readonly [Axis in keyof S]: S[Axis] };

/** Whether not even the rank of a shape is known. */
export type IsUnknownRank<S> = S extends Shape ? (number extends S['length'] ? true : false) : true;

/** A shape as compile errors print it: `[28, 28, 1]`, with `?` for an extent that is not known. */
export type ShapeText<S> = IsUnknownRank<S> extends true ? '[...]' : `[${Join<S>}]`;

type ExtentText<N> = N extends number ? (number extends N ? '?' : `${N}`) : '?';

type Join<S> = S extends readonly [infer Head, ...infer Rest]
  ? Rest extends readonly []
    ? ExtentText<Head>
    : `${ExtentText<Head>}, ${Join<Rest>}`
  : '';

/** ⌊X / Y⌋ of positive integers. */
export type Quotient<X extends number, Y extends number> = Y extends 1
  ? X
  : number extends X | Y
    ? number
    : Divide<Subtract<X, Mod<X, Y>>, Y>;

/** ⌈X / Y⌉ of positive integers. */
type CeilQuotient<X extends number, Y extends number> = Y extends 1
  ? X
  : number extends X | Y
    ? number
    : Add<Quotient<Subtract<X, 1>, Y>, 1>;

/** Number of elements of a shape. */
export type ElementCount<S, Product extends number = 1> =
  IsUnknownRank<S> extends true
    ? number
    : S extends readonly [infer Head extends number, ...infer Rest]
      ? ElementCount<Rest, Multiply<Product, Head>>
      : Product;

/** X + Y, `number` where either is unknown (even beside a 0). */
export type Sum<X extends number, Y extends number> = number extends X | Y ? number : Add<X, Y>;

/** Whether Y divides X without remainder; true where either is unknown. */
export type Divides<Y extends number, X extends number> = Y extends 1
  ? true
  : number extends X | Y
    ? true
    : Mod<X, Y> extends 0
      ? true
      : false;

/** The entry of a pair for an axis. */
export type Along<P extends Pair, Axis extends 0 | 1> = P extends number
  ? P
  : P extends readonly [number, number]
    ? P[Axis]
    : number;

/** Extent a dilated kernel covers: D·(K − 1) + 1. */
type EffectiveKernel<K extends number, D extends number> = D extends 1 ? K : Add<Multiply<D, Subtract<K, 1>>, 1>;

/** The conventions whose output is ⌈input / stride⌉ whatever the kernel. */
type Same = 'same' | 'sameLower' | 'causal' | { readonly same: 'total' };

/** Zeros on both ends together. */
type TotalPadding<P, E extends number, Axis extends 0 | 1> = P extends 'valid'
  ? 0
  : P extends 'full'
    ? Multiply<2, Subtract<E, 1>>
    : P extends Pair
      ? Multiply<2, Along<P, Axis>>
      : P extends { readonly total: infer Total extends Pair }
        ? Along<Total, Axis>
        : P extends { readonly h: infer H extends Side; readonly w: infer W extends Side }
          ? Axis extends 0
            ? Add<H[0], H[1]>
            : Add<W[0], W[1]>
          : number;

type Slide<Padded extends number, E extends number, S extends number> = number extends Padded | E | S
  ? number
  : Compare<Padded, E> extends -1
    ? never
    : Add<Quotient<Subtract<Padded, E>, S>, 1>;

/** Output extent of a window along one axis (see padding.ts); never when the kernel is larger than the padded input. */
export type WindowExtent<
  Input extends number,
  K extends number,
  S extends number,
  D extends number,
  P extends Padding,
  Axis extends 0 | 1,
> = [P] extends [Same]
  ? CeilQuotient<Input, S>
  : Slide<Sum<Input, TotalPadding<P, EffectiveKernel<K, D>, Axis>>, EffectiveKernel<K, D>, S>;

/** Output of a window over an image [height, width, channels], with `C` channels; a sentence when it does not fit. */
export type WindowOutput<
  Kind extends string,
  Input,
  K extends Pair,
  S extends Pair,
  D extends Pair,
  P extends Padding,
  C extends number,
> =
  IsUnknownRank<Input> extends true
    ? [number, number, C]
    : Input extends readonly [infer H extends number, infer W extends number, number]
      ? Fitting<
          WindowExtent<H, Along<K, 0>, Along<S, 0>, Along<D, 0>, P, 0>,
          WindowExtent<W, Along<K, 1>, Along<S, 1>, Along<D, 1>, P, 1>,
          C,
          `${Kind} has a kernel ${ShapeText<[Along<K, 0>, Along<K, 1>]>} larger than its input ${ShapeText<Input>}: make the kernel smaller or pad more`
        >
      : `${Kind} expects an image [height, width, channels], got ${ShapeText<Input>}`;

type Fitting<H extends number, W extends number, C extends number, Problem> = [H] extends [never]
  ? Problem
  : [W] extends [never]
    ? Problem
    : [H, W, C];

/** Channels of an image [height, width, channels]. */
export type ChannelsOf<Input> = Input extends readonly [number, number, infer C extends number] ? C : number;

/** Whether two shapes may be the same: equal wherever both extents are known. */
export type Compatible<A, B> = true extends IsUnknownRank<A> | IsUnknownRank<B>
  ? true
  : A extends readonly [infer X extends number, ...infer RestA]
    ? B extends readonly [infer Y extends number, ...infer RestB]
      ? number extends X | Y
        ? Compatible<RestA, RestB>
        : X extends Y
          ? Compatible<RestA, RestB>
          : false
      : false
    : B extends readonly []
      ? true
      : false;

/** Shapes joined along the last axis, or false when the other extents differ. */
export type JoinedChannels<A, B> = true extends IsUnknownRank<A> | IsUnknownRank<B>
  ? number[]
  : A extends readonly [...infer LeadingA, infer X extends number]
    ? B extends readonly [...infer LeadingB, infer Y extends number]
      ? Compatible<LeadingA, LeadingB> extends true
        ? [...LeadingA, Sum<X, Y>]
        : false
      : false
    : false;

/** Channels of a sequence [length, channels]. */
export type SequenceChannelsOf<Input> = Input extends readonly [number, infer C extends number] ? C : number;

/** A padding along one axis as one of images, whose width the sequence becomes. */
type ImagePadding<P extends Padding1d> = P extends Side ? { readonly h: readonly [0, 0]; readonly w: P } : P;

/** Output of a window over a sequence [length, channels], with `C` channels; a sentence when it does not fit. */
export type SequenceOutput<
  Kind extends string,
  Input,
  K extends number,
  S extends number,
  D extends number,
  P extends Padding1d,
  C extends number,
> =
  IsUnknownRank<Input> extends true
    ? [number, C]
    : Input extends readonly [infer L extends number, number]
      ? [WindowExtent<L, K, S, D, ImagePadding<P>, 1>] extends [never]
        ? `${Kind} has a kernel [${K}] longer than its input ${ShapeText<Input>}: make the kernel smaller or pad more`
        : [WindowExtent<L, K, S, D, ImagePadding<P>, 1>, C]
      : `${Kind} expects a sequence [length, channels], got ${ShapeText<Input>}`;

/** Output extent of a transposed window along one axis (see transposed_window.ts). */
export type TransposedExtent<
  Input extends number,
  K extends number,
  S extends number,
  D extends number,
  P extends Padding,
  O extends number,
  Axis extends 0 | 1,
> = [P] extends ['same' | 'sameLower']
  ? number extends Input | S
    ? number
    : Multiply<Input, S>
  : number extends Input | K | S | D | O
    ? number
    : Cropped<
        Add<Add<Multiply<Subtract<Input, 1>, S>, EffectiveKernel<K, D>>, O>,
        Crop<P, EffectiveKernel<K, D>, Axis>
      >;

type Crop<P extends Padding, E extends number, Axis extends 0 | 1> = [P] extends ['causal' | { readonly same: 'total' }]
  ? Subtract<E, 1>
  : TotalPadding<P, E, Axis>;

type Cropped<X extends number, P extends number> = number extends P
  ? number
  : Compare<X, P> extends 1
    ? Subtract<X, P>
    : never;

type Uncropped<
  Kind extends string,
  Input,
> = `${Kind} has padding that leaves nothing of the output for its input ${ShapeText<Input>}`;

/** Output of a transposed window over an image, with `C` channels; a sentence when it does not fit. */
export type TransposedOutput<
  Kind extends string,
  Input,
  K extends Pair,
  S extends Pair,
  D extends Pair,
  P extends Padding,
  O extends Pair,
  C extends number,
> =
  IsUnknownRank<Input> extends true
    ? [number, number, C]
    : Input extends readonly [infer H extends number, infer W extends number, number]
      ? Fitting<
          TransposedExtent<H, Along<K, 0>, Along<S, 0>, Along<D, 0>, P, Along<O, 0>, 0>,
          TransposedExtent<W, Along<K, 1>, Along<S, 1>, Along<D, 1>, P, Along<O, 1>, 1>,
          C,
          Uncropped<Kind, Input>
        >
      : `${Kind} expects an image [height, width, channels], got ${ShapeText<Input>}`;

/** Output of a transposed window over a sequence, with `C` channels; a sentence when it does not fit. */
export type TransposedSequenceOutput<
  Kind extends string,
  Input,
  K extends number,
  S extends number,
  D extends number,
  P extends Padding1d,
  O extends number,
  C extends number,
> =
  IsUnknownRank<Input> extends true
    ? [number, C]
    : Input extends readonly [infer L extends number, number]
      ? [TransposedExtent<L, K, S, D, ImagePadding<P>, O, 1>] extends [never]
        ? Uncropped<Kind, Input>
        : [TransposedExtent<L, K, S, D, ImagePadding<P>, O, 1>, C]
      : `${Kind} expects a sequence [length, channels], got ${ShapeText<Input>}`;
