// y(c) = max over the image of x(·, ·, c): a reduction over two axes, whose kernels are max.cpp's.
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { max } from './max.js';

/**
 * The maximum of each channel over the whole image. The gradient goes to the first of equal elements, in row-major order.
 *
 * @param x images [batch, height, width, channels]
 * @returns [batch, channels]
 * @throws ShapeError unless x has four axes and at least one pixel and channel; DTypeError unless it is float32 or float64
 * @example
 * const features = ops.globalMaxPool2d(featureMaps);
 */
export function globalMaxPool2d(x: Tensor): Tensor {
  checkFloat('globalMaxPool2d', 'x', x);
  checkRank('globalMaxPool2d', 'x', x, 4, '[batch, height, width, channels]');
  if (x.shape.slice(1).includes(0))
    throw new ShapeError(`globalMaxPool2d: an image must not be empty, but x has shape ${formatShape(x.shape)}`);
  return max(x, { axes: [1, 2] });
}
