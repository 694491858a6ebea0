// Max pooling of sequences:  y(t, c) = max over the window of x(·, c)
import { maxPool1d as maxPool1dOp } from '../ops/max_pool1d.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Padding1d } from '../tensor/window1d.js';
import { Pool1d, type Pool1dOptions } from './pool1d.js';

/** The layer that `maxPool1d` makes. */
export class MaxPool1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1d<'maxPool1d', Pool, Strides, Pad, Ceil> {
  constructor(options: Pool1dOptions) {
    super('maxPool1d', options);
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    return maxPool1dOp(x, { poolSize, strides, padding, ceilMode });
  }
}

/**
 * The maximum of each `poolSize` window of a [length, channels] sequence, channel by channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maxPool1d({ poolSize: 2 }) // halves the length
 */
export function maxPool1d<
  const Pool extends number,
  const Strides extends number = Pool,
  const Pad extends Padding1d = 'valid',
  const Ceil extends boolean = false,
>(options: Pool1dOptions<Pool, Strides, Pad, Ceil>): MaxPool1d<Pool, Strides, Pad, Ceil> {
  return new MaxPool1d(options);
}
