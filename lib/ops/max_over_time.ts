// y(c) = max over t of x(t, c): a reduction over one axis, whose kernels are max.cpp's. Collobert et al. 2011; Kim 2014.
import type { Tensor } from '../tensor/tensor.js';
import { max } from './max.js';
import { checkSequences } from './pool1d.js';

/**
 * The maximum of each channel over a sequence. The gradient goes to the first of equal elements.
 *
 * @param x sequences [batch, length, channels]
 * @returns [batch, channels]
 * @throws ShapeError unless x has three axes and is not empty; DTypeError unless it is float32 or float64
 * @example
 * const features = ops.maxOverTime(sequences);
 */
export function maxOverTime(x: Tensor): Tensor {
  checkSequences('maxOverTime', x);
  return max(x, { axes: 1 });
}
