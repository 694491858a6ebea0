/**
 * 2-D convolution along a connection table: output channel q sees input channel p where mask(p,q) is 1, and not where it is 0.
 *
 *   y = conv2d(x, filter · mask),  so that the gradient by the filter is 0 where there is no connection
 *
 *   filter [kernelHeight, kernelWidth, channels, filters]      mask [channels, filters]
 *
 * LeCun, Bottou, Bengio & Haffner 1998, table I (layer C3 of LeNet-5).
 */
import { checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkSameDType, checkSameShape } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkOperands, imageAxes } from './conv_geometry.js';
import { type Conv2dOptions, convolution } from './conv2d.js';
import { multiply } from './multiply.js';

/** Options of {@link maskedConv2d}; those of `conv2d` without groups. */
export type MaskedConv2dOptions = Omit<Conv2dOptions, 'groups' | 'flip' | 'algorithm'>;

const known = ['bias', 'strides', 'padding', 'dilations', 'activation'];

/**
 * Convolves images with a bank of filters in which only some input channels are connected to an output channel.
 *
 * @param x [batch, height, width, channels], float32 or float64
 * @param filter [kernelHeight, kernelWidth, channels, filters], of the same dtype
 * @param mask [channels, filters], of the same dtype: 1 where there is a connection, else 0
 * @returns [batch, outHeight, outWidth, filters]
 * @throws ShapeError if channels, filter and mask do not fit together or the kernel exceeds the padded image; DTypeError
 *   for other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.maskedConv2d(maps, filter, mask, { bias });
 */
export function maskedConv2d(x: Tensor, filter: Tensor, mask: Tensor, options: MaskedConv2dOptions = {}): Tensor {
  const subject = 'maskedConv2d';
  checkOptions(subject, options, known);
  checkOperands(subject, x, imageAxes, filter, '[kernelHeight, kernelWidth, channels, filters]');
  checkFloat(subject, 'mask', mask);
  checkSameShape(subject, 'mask', mask, filter.shape.slice(2));
  checkSameDType(subject, 'mask', mask, 'x', x);
  return convolution(subject, x, multiply(filter, mask), options);
}
