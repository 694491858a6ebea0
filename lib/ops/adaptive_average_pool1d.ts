// Adaptive average pooling of sequences, in the kernels of adaptive_average_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { adaptiveAveragePool2d } from './adaptive_average_pool2d.js';
import { type AdaptivePool1dOptions, adaptivePool1d } from './adaptive_pool1d.js';

/**
 * Average pooling of sequences to a given length, whatever the input's: the windows follow from both, as in PyTorch.
 *
 * @param x sequences [batch, length, channels]
 * @returns [batch, outputSize, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.adaptiveAveragePool1d(sequences, { outputSize: 6 });
 */
export function adaptiveAveragePool1d(x: Tensor, options: AdaptivePool1dOptions): Tensor {
  return adaptivePool1d('adaptiveAveragePool1d', x, options, adaptiveAveragePool2d);
}
