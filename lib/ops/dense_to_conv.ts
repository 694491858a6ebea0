import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { checkShape, elementCount, formatShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { reshape } from './reshape.js';

/**
 * The weights of a dense layer on a flattened image as the filter of a convolution as large as that image.
 *
 * The convolution gives exactly the layer's output on an image of that size, and on larger ones the layer's output at each
 * position: a classifier made fully convolutional.
 *
 * @param weights [height · width · channels, units], float32 or float64
 * @param image [height, width, channels] of the image that was flattened
 * @returns [height, width, channels, units], sharing memory with the weights
 * @throws ShapeError if the image does not have as many elements as the weights have inputs
 * @example
 * const scores = ops.conv2d(largeImages, ops.denseToConv(weights, [5, 5, 16])); // [batch, rows, columns, units]
 */
export function denseToConv(weights: Tensor, image: Shape): Tensor {
  checkFloat('denseToConv', 'weights', weights);
  checkRank('denseToConv', 'weights', weights, 2, '[height · width · channels, units]');
  checkShape('denseToConv', image);
  const [inputs, units] = weights.shape as [number, number];
  if (image.length !== 3 || elementCount(image) !== inputs)
    throw new ShapeError(
      `denseToConv: weights ${formatShape(weights.shape)} take ${inputs} inputs, which is not an image [height, width, channels] of shape ${formatShape(image)}`,
    );
  return reshape(weights, [...image, units]);
}
