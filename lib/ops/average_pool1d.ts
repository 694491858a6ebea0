// Average pooling of sequences, in the kernels of average_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { averagePool2d } from './average_pool2d.js';
import { type Pool1dOptions, pool1d } from './pool1d.js';

/** Options of {@link averagePool1d}. */
export interface AveragePool1dOptions extends Pool1dOptions {
  /** Whether padding counts as zeros in the mean; default true. */
  readonly countIncludePad?: boolean;
}

/**
 * The mean of each window of a sequence, channel by channel.
 *
 * @param x sequences [batch, length, channels]
 * @param options the window; `strides` is `poolSize` by default, and padding counts as zeros
 * @returns [batch, output length, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.averagePool1d(sequences, { poolSize: 2 });
 */
export function averagePool1d(x: Tensor, options: AveragePool1dOptions): Tensor {
  return pool1d('averagePool1d', x, options, ['countIncludePad'], (image, window) =>
    averagePool2d(image, { ...options, ...window }),
  );
}
