// y(c) = mean over t of x(t, c), in the kernels of global_average_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { globalAveragePool2d } from './global_average_pool2d.js';
import { asImages, checkSequences } from './pool1d.js';

/**
 * The mean of each channel over the whole sequence. (The maximum is `maxOverTime`.)
 *
 * @param x sequences [batch, length, channels]
 * @returns [batch, channels]
 * @throws ShapeError unless x has three axes and is not empty; DTypeError unless it is float32 or float64
 * @example
 * const features = ops.globalAveragePool1d(sequences);
 */
export function globalAveragePool1d(x: Tensor): Tensor {
  checkSequences('globalAveragePool1d', x);
  return globalAveragePool2d(asImages(x));
}
