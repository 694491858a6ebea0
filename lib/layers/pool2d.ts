// What the 2-D pooling layers share: a window over [height, width, channels] that keeps the channels.
import { poolWindow } from '../ops/pool2d.js';
import { checkBoolean, checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import { checkPadding, type Padding, type Window2d } from '../tensor/padding.js';
import type { PoolOutput } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of the pooling layers. */
export interface Pool2dOptions<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends LayerOptions {
  /** Extent of the window: one number or [height, width]. */
  readonly poolSize: Pool;
  /** Step between windows, default `poolSize`. */
  readonly strides?: Strides;
  /** Default `'valid'`. Padding never wins a maximum. */
  readonly padding?: Pad;
  /**
   * Whether a last window may reach beyond the padded input, as in Caffe, if it starts inside the input or the padding
   * before it; default false.
   */
  readonly ceilMode?: Ceil;
}

interface Pool2dRule<
  Kind extends string,
  Pool extends Pair,
  Strides extends Pair,
  Pad extends Padding,
  Ceil extends boolean,
> extends ShapeRule {
  readonly output: PoolOutput<Kind, this['input'], Pool, Strides, Pad, Ceil>;
}

/** A pooling layer; `maxPool2d`, `averagePool2d` and their like make them. */
export abstract class Pool2d<
  Kind extends string = string,
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Layer<Pool2dRule<Kind, Pool, Strides, Pad, Ceil>> {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly ceilMode: boolean;

  constructor(kind: Kind, options: Pool2dOptions, own: readonly string[] = []) {
    checkOptions(kind, options, ['name', 'poolSize', 'strides', 'padding', 'ceilMode', ...own]);
    super(kind, options);
    const { poolSize, strides = poolSize, padding = 'valid', ceilMode = false } = options;
    checkPadding(kind, padding);
    checkBoolean(kind, 'ceilMode', ceilMode);
    this.poolSize = toPair(kind, 'poolSize', poolSize);
    this.strides = toPair(kind, 'strides', strides);
    this.padding = padding;
    this.ceilMode = ceilMode;
  }

  override window(input: Shape): Window2d {
    const [height, width] = checkImage(this.kind, input);
    return poolWindow(this.kind, height, width, this);
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.window(input);
    return [height.out, width.out, input[2] as number];
  }
}
