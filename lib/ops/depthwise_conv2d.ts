/**
 * 2-D depthwise convolution: each channel is convolved with filters of its own; a convolution in as many groups as channels.
 *
 *   y(n,i,j, p·multiplier + r) = σ(b + Σ_{m,l} x(n, i·sₕ + m·dₕ − top, j·s_w + l·d_w − left, p) · filter(m,l,p,r))
 *
 *   x [batch, height, width, channels]      filter [kernelHeight, kernelWidth, channels, multiplier]
 *   bias [channels · multiplier]            y      [batch, outHeight, outWidth, channels · multiplier]
 */
import { checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkOperands, imageAxes } from './conv_geometry.js';
import { type Conv2dOptions, convolution } from './conv2d.js';
import { reshape } from './reshape.js';

/** Options of {@link depthwiseConv2d}; those of `conv2d` without groups. */
export type DepthwiseConv2dOptions = Omit<Conv2dOptions, 'groups' | 'flip' | 'algorithm'>;

const known = ['bias', 'strides', 'padding', 'dilations', 'activation'];

/**
 * Convolves every channel apart, with `multiplier` filters each.
 *
 * @param x [batch, height, width, channels], float32 or float64
 * @param filter [kernelHeight, kernelWidth, channels, multiplier], of the same dtype
 * @returns [batch, outHeight, outWidth, channels · multiplier], the filters of the first channel first
 * @throws ShapeError if channels and filter do not fit together or the kernel exceeds the padded image; DTypeError for
 *   other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.depthwiseConv2d(images, filter, { padding: 'same', strides: 2 });
 */
export function depthwiseConv2d(x: Tensor, filter: Tensor, options: DepthwiseConv2dOptions = {}): Tensor {
  checkOptions('depthwiseConv2d', options, known);
  checkOperands('depthwiseConv2d', x, imageAxes, filter, '[kernelHeight, kernelWidth, channels, multiplier]');
  return depthwise('depthwiseConv2d', x, filter, options);
}

/** The op on operands of the right rank; `subject` is what errors call it. @internal */
export function depthwise(subject: string, x: Tensor, filter: Tensor, options: DepthwiseConv2dOptions): Tensor {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  if (x.shape[3] !== channels)
    throw new ShapeError(
      `${subject}: input has ${x.shape[3]} channels, depthwise filter ${formatShape(filter.shape)} expects ${channels}`,
    );
  const grouped = reshape(filter, [height, width, 1, channels * multiplier]);
  return convolution(subject, x, grouped, { ...options, groups: channels });
}
