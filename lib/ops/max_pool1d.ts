// Max pooling of sequences, in the kernels of max_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { maxPool2d } from './max_pool2d.js';
import { type Pool1dOptions, pool1d } from './pool1d.js';

/**
 * The maximum of each window of a sequence, channel by channel. Padding never wins.
 *
 * @param x sequences [batch, length, channels]
 * @param options the window; `strides` is `poolSize` by default
 * @returns [batch, output length, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.maxPool1d(sequences, { poolSize: 2 });
 */
export function maxPool1d(x: Tensor, options: Pool1dOptions): Tensor {
  return pool1d('maxPool1d', x, options, [], (image, window) => maxPool2d(image, { ...options, ...window }));
}
