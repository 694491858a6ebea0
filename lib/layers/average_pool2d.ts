// Average pooling layer:  y(i, j, c) = mean over the window of x(·, ·, c)
import { averagePool2d as averagePool2dOp } from '../ops/average_pool2d.js';
import type { Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** The layer that `averagePool2d` makes. */
export class AveragePool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends Pool2d<'averagePool2d', Pool, Strides, Pad> {
  constructor(options: Pool2dOptions) {
    super('averagePool2d', options);
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this;
    return averagePool2dOp(x, { poolSize, strides, padding });
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
>(options: Pool2dOptions<Pool, Strides, Pad>): AveragePool2d<Pool, Strides, Pad> {
  return new AveragePool2d(options);
}
