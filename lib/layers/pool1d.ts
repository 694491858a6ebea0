// What the 1-D pooling layers share: a window over [length, channels] that keeps the channels.
import { toWindow1d } from '../ops/pool1d.js';
import { poolWindow } from '../ops/pool2d.js';
import { checkBoolean, checkOptions } from '../tensor/arguments.js';
import type { Window2d } from '../tensor/padding.js';
import type { SequencePoolOutput } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Padding1d } from '../tensor/window1d.js';
import { checkSequence } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of the 1-D pooling layers. */
export interface Pool1dOptions<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends LayerOptions {
  /** Extent of the window. */
  readonly poolSize: Pool;
  /** Step between windows, default `poolSize`. */
  readonly strides?: Strides;
  /** Default `'valid'`; less than `poolSize` on each end. */
  readonly padding?: Pad;
  /** Whether a last window may reach beyond the padded input, if it starts inside; default false. */
  readonly ceilMode?: Ceil;
}

interface Pool1dRule<
  Kind extends string,
  Pool extends number,
  Strides extends number,
  Pad extends Padding1d,
  Ceil extends boolean,
> extends ShapeRule {
  readonly output: SequencePoolOutput<Kind, this['input'], Pool, Strides, Pad, Ceil>;
}

/** A pooling layer of sequences; `maxPool1d`, `averagePool1d` and `lpPool1d` make them. */
export abstract class Pool1d<
  Kind extends string = string,
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Layer<Pool1dRule<Kind, Pool, Strides, Pad, Ceil>> {
  readonly poolSize: number;
  readonly strides: number;
  readonly padding: Padding1d;
  readonly ceilMode: boolean;

  constructor(kind: Kind, options: Pool1dOptions, own: readonly string[] = []) {
    checkOptions(kind, options, ['name', 'poolSize', 'strides', 'padding', 'ceilMode', ...own]);
    super(kind, options);
    const { poolSize, strides = poolSize, padding = 'valid', ceilMode = false } = options;
    toWindow1d(kind, options);
    checkBoolean(kind, 'ceilMode', ceilMode);
    this.poolSize = poolSize;
    this.strides = strides;
    this.padding = padding;
    this.ceilMode = ceilMode;
  }

  override window(input: Shape): Window2d {
    const [length] = checkSequence(this.kind, input);
    return poolWindow(this.kind, 1, length, { ...toWindow1d(this.kind, this), ceilMode: this.ceilMode });
  }

  override outputShape(input: Shape): Shape {
    return [this.window(input).width.out, input[1] as number];
  }
}
