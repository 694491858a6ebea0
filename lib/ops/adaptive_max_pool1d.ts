// Adaptive max pooling of sequences, in the kernels of adaptive_max_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { adaptiveMaxPool2d } from './adaptive_max_pool2d.js';
import { type AdaptivePool1dOptions, adaptivePool1d } from './adaptive_pool1d.js';

/**
 * Max pooling of sequences to a given length, whatever the input's: the windows follow from both, as in PyTorch.
 *
 * @param x sequences [batch, length, channels]
 * @returns [batch, outputSize, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.adaptiveMaxPool1d(sequences, { outputSize: 6 });
 */
export function adaptiveMaxPool1d(x: Tensor, options: AdaptivePool1dOptions): Tensor {
  return adaptivePool1d('adaptiveMaxPool1d', x, options, adaptiveMaxPool2d);
}
