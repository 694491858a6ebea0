// Average pooling of sequences:  y(t, c) = mean over the window of x(·, c)
import { averagePool1d as averagePool1dOp } from '../ops/average_pool1d.js';
import { checkBoolean } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Padding1d } from '../tensor/window1d.js';
import { Pool1d, type Pool1dOptions } from './pool1d.js';

/** Options of `averagePool1d`. */
export interface AveragePool1dOptions<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1dOptions<Pool, Strides, Pad, Ceil> {
  /**
   * Whether padding counts as zeros in the mean: default true as in PyTorch and Caffe; false gives TensorFlow's and Keras'
   * `'same'`. What a window of `ceilMode` reaches beyond the padding never counts.
   */
  readonly countIncludePad?: boolean;
}

/** The layer that `averagePool1d` makes. */
export class AveragePool1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1d<'averagePool1d', Pool, Strides, Pad, Ceil> {
  readonly countIncludePad: boolean;

  constructor(options: AveragePool1dOptions) {
    super('averagePool1d', options, ['countIncludePad']);
    const { countIncludePad = true } = options;
    checkBoolean('averagePool1d', 'countIncludePad', countIncludePad);
    this.countIncludePad = countIncludePad;
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode, countIncludePad } = this;
    return averagePool1dOp(x, { poolSize, strides, padding, ceilMode, countIncludePad });
  }
}

/**
 * The mean of each `poolSize` window of a [length, channels] sequence, channel by channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.averagePool1d({ poolSize: 2 })
 */
export function averagePool1d<
  const Pool extends number,
  const Strides extends number = Pool,
  const Pad extends Padding1d = 'valid',
  const Ceil extends boolean = false,
>(options: AveragePool1dOptions<Pool, Strides, Pad, Ceil>): AveragePool1d<Pool, Strides, Pad, Ceil> {
  return new AveragePool1d(options);
}
