// Average pooling layer:  y(i, j, c) = mean over the window of x(·, ·, c)
import { averagePool2d as averagePool2dOp } from '../ops/average_pool2d.js';
import { checkBoolean, type Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** Options of `averagePool2d`. */
export interface AveragePool2dOptions<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2dOptions<Pool, Strides, Pad, Ceil> {
  /**
   * Whether padding counts as zeros in the mean: default true as in PyTorch and Caffe; false gives TensorFlow's and Keras'
   * `'same'`. What a window of `ceilMode` reaches beyond the padding never counts.
   */
  readonly countIncludePad?: boolean;
}

/** The layer that `averagePool2d` makes. */
export class AveragePool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2d<'averagePool2d', Pool, Strides, Pad, Ceil> {
  readonly countIncludePad: boolean;

  constructor(options: AveragePool2dOptions) {
    super('averagePool2d', options, ['countIncludePad']);
    const { countIncludePad = true } = options;
    checkBoolean('averagePool2d', 'countIncludePad', countIncludePad);
    this.countIncludePad = countIncludePad;
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode, countIncludePad } = this;
    return averagePool2dOp(x, { poolSize, strides, padding, ceilMode, countIncludePad });
  }
}

/**
 * The mean of each `poolSize` window of a [height, width, channels] image, channel by channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.averagePool2d({ poolSize: 2 })
 */
export function averagePool2d<
  const Pool extends Pair,
  const Strides extends Pair = Pool,
  const Pad extends Padding = 'valid',
  const Ceil extends boolean = false,
>(options: AveragePool2dOptions<Pool, Strides, Pad, Ceil>): AveragePool2d<Pool, Strides, Pad, Ceil> {
  return new AveragePool2d(options);
}
