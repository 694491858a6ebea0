/**
 * A convolution as the matrix that it is: block-Toeplitz, the same weights along its diagonals, 0 where a window does not reach.
 *
 *   flatten(conv2d(x, filter)) = flatten(x) · matrix
 *
 * Row number r of the matrix is the convolution of the image that is 1 at element r and 0 elsewhere.
 */
import { checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { checkShape, elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { type Conv2dOptions, conv2d } from './conv2d.js';
import { reshape } from './reshape.js';

/** Options of {@link convToDense}; those of the convolution. */
export type ConvToDenseOptions = Omit<Conv2dOptions, 'bias' | 'activation' | 'algorithm'>;

const known = ['strides', 'padding', 'dilations', 'groups', 'flip'];

/**
 * The weights of the dense layer that computes a convolution of images of a given size.
 *
 * @param filter [kernelHeight, kernelWidth, channels / groups, filters], float32 or float64
 * @param image [height, width, channels]
 * @returns [height · width · channels, outHeight · outWidth · filters]
 * @throws ShapeError if filter and image do not fit together; DTypeError unless the filter is float; ArgumentError for an
 *   invalid or unknown option
 * @example
 * const weights = ops.convToDense(filter, [7, 7, 3], { padding: 'same' });
 */
export function convToDense(filter: Tensor, image: Shape, options: ConvToDenseOptions = {}): Tensor {
  checkOptions('convToDense', options, known);
  checkFloat('convToDense', 'filter', filter);
  checkShape('convToDense', image);
  if (image.length !== 3)
    throw new ShapeError(`convToDense: image must have 3 axes [height, width, channels], but is ${formatShape(image)}`);
  const inputs = elementCount(image);
  const units = filter.dtype === 'float64' ? new Float64Array(inputs ** 2) : new Float32Array(inputs ** 2);
  for (let row = 0; row < inputs; row++) units[row * inputs + row] = 1;
  // Directly: the weights are numbers of the filter and zeros, unrounded.
  const rows = conv2d(tensor(units, [inputs, ...image]), filter, { ...options, algorithm: 'direct' });
  return reshape(rows, [inputs, elementCount(rows.shape.slice(1))]);
}
