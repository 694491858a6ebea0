// Max pooling of sequences, in the kernels of max_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { maxPool2d, maxPool2dWithSwitches, type PoolSwitches } from './max_pool2d.js';
import { asSequences, imagesAndWindow, type Pool1dOptions, pool1d } from './pool1d.js';

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

/**
 * Max pooling of sequences that also tells which element of each window won, for `maxUnpool1d`.
 *
 * @param x sequences [batch, length, channels]
 * @returns the output and the switches, which are those of images one pixel high
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const { output, switches } = ops.maxPool1dWithSwitches(sequences, { poolSize: 2 });
 */
export function maxPool1dWithSwitches(
  x: Tensor,
  options: Pool1dOptions,
): { readonly output: Tensor; readonly switches: PoolSwitches } {
  const { images, window } = imagesAndWindow('maxPool1dWithSwitches', x, options, []);
  const { output, switches } = maxPool2dWithSwitches(images, { ...options, ...window });
  return { output: asSequences(output), switches };
}
