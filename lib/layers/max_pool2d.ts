// Max pooling layer:  y(i, j, c) = max over the window of x(·, ·, c)
import { maxPool2d as maxPool2dOp } from '../ops/max_pool2d.js';
import type { Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** The layer that `maxPool2d` makes. */
export class MaxPool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2d<'maxPool2d', Pool, Strides, Pad, Ceil> {
  constructor(options: Pool2dOptions) {
    super('maxPool2d', options);
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    return maxPool2dOp(x, { poolSize, strides, padding, ceilMode });
  }
}

/**
 * The maximum of each `poolSize` window of a [height, width, channels] image, channel by channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maxPool2d({ poolSize: 2 }) // halves height and width
 */
export function maxPool2d<
  const Pool extends Pair,
  const Strides extends Pair = Pool,
  const Pad extends Padding = 'valid',
  const Ceil extends boolean = false,
>(options: Pool2dOptions<Pool, Strides, Pad, Ceil>): MaxPool2d<Pool, Strides, Pad, Ceil> {
  return new MaxPool2d(options);
}
