// What maxPool2d and averagePool2d share: a window over [height, width, channels] that keeps the channels.
import { checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import { checkPadding, type Padding, type Window2d, window2d } from '../tensor/padding.js';
import type { Shape } from '../tensor/shape.js';
import type { ChannelsOf, WindowOutput } from '../tensor/shape_types.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of the pooling layers. */
export interface Pool2dOptions<Pool extends Pair = Pair, Strides extends Pair = Pair, Pad extends Padding = Padding>
  extends LayerOptions {
  /** Extent of the window: one number or [height, width]. */
  readonly poolSize: Pool;
  /** Step between windows, default `poolSize`. */
  readonly strides?: Strides;
  /** Default `'valid'`. Padding never wins a maximum. */
  readonly padding?: Pad;
}

interface Pool2dRule<Kind extends string, Pool extends Pair, Strides extends Pair, Pad extends Padding>
  extends ShapeRule {
  readonly output: WindowOutput<Kind, this['input'], Pool, Strides, 1, Pad, ChannelsOf<this['input']>>;
}

/** A pooling layer; `maxPool2d` and `averagePool2d` make them. */
export abstract class Pool2d<
  Kind extends string = string,
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends Layer<Pool2dRule<Kind, Pool, Strides, Pad>> {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;

  constructor(kind: Kind, options: Pool2dOptions, own: readonly string[] = []) {
    checkOptions(kind, options, ['name', 'poolSize', 'strides', 'padding', ...own]);
    super(kind, options);
    const { poolSize, strides = poolSize, padding = 'valid' } = options;
    checkPadding(kind, padding);
    this.poolSize = toPair(kind, 'poolSize', poolSize);
    this.strides = toPair(kind, 'strides', strides);
    this.padding = padding;
  }

  override window(input: Shape): Window2d {
    const [height, width] = checkImage(this.kind, input);
    const { poolSize: kernelSize, strides, padding } = this;
    return window2d(this.kind, height, width, { kernelSize, strides, padding, dilations: 1 }, 'poolSize');
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.window(input);
    return [height.out, width.out, input[2] as number];
  }
}
