// y(c) = max over t of x(t, c): a reduction over one axis, whose kernels are max.cpp's. Collobert et al. 2011; Kim 2014.
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { max } from './max.js';

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
  checkFloat('maxOverTime', 'x', x);
  checkRank('maxOverTime', 'x', x, 3, '[batch, length, channels]');
  if (x.shape.slice(1).includes(0))
    throw new ShapeError(`maxOverTime: a sequence must not be empty, but x has shape ${formatShape(x.shape)}`);
  return max(x, { axes: 1 });
}
