/**
 * 2-D separable convolution: a depthwise convolution, then one of 1×1 pixels that mixes the channels.
 *
 *   y = σ(b + conv2d(depthwiseConv2d(x, depthwiseFilter), pointwiseFilter))
 *
 *   depthwiseFilter [kernelHeight, kernelWidth, channels, multiplier]     pointwiseFilter [1, 1, channels · multiplier, filters]
 */
import { checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkOperands, imageAxes } from './conv_geometry.js';
import { convolution } from './conv2d.js';
import { type DepthwiseConv2dOptions, depthwise } from './depthwise_conv2d.js';
import { checkBias, checkFusedActivation } from './epilogue.js';

/** Options of {@link separableConv2d}: strides, padding and dilations of the depthwise step, bias and activation of the other. */
export type SeparableConv2dOptions = DepthwiseConv2dOptions;

const known = ['bias', 'strides', 'padding', 'dilations', 'activation'];

/**
 * Convolves every channel apart, then mixes the channels pixel by pixel.
 *
 * @param x [batch, height, width, channels], float32 or float64
 * @param depthwiseFilter [kernelHeight, kernelWidth, channels, multiplier], of the same dtype
 * @param pointwiseFilter [1, 1, channels · multiplier, filters], of the same dtype
 * @returns [batch, outHeight, outWidth, filters]
 * @throws ShapeError if channels and filters do not fit together or the kernel exceeds the padded image; DTypeError for
 *   other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.separableConv2d(images, depthwiseFilter, pointwiseFilter, { bias, padding: 'same' });
 */
export function separableConv2d(
  x: Tensor,
  depthwiseFilter: Tensor,
  pointwiseFilter: Tensor,
  options: SeparableConv2dOptions = {},
): Tensor {
  const subject = 'separableConv2d';
  const pointwiseAxes = '[1, 1, channels · multiplier, filters]';
  checkOptions(subject, options, known);
  checkOperands(
    subject,
    x,
    imageAxes,
    depthwiseFilter,
    '[kernelHeight, kernelWidth, channels, multiplier]',
    'depthwiseFilter',
  );
  checkFloat(subject, 'pointwiseFilter', pointwiseFilter);
  checkRank(subject, 'pointwiseFilter', pointwiseFilter, 4, pointwiseAxes);
  checkSameDType(subject, 'pointwiseFilter', pointwiseFilter, 'x', x);
  const [height, width, mixed, filters] = pointwiseFilter.shape as [number, number, number, number];
  const expected = (depthwiseFilter.shape[2] as number) * (depthwiseFilter.shape[3] as number);
  if (height !== 1 || width !== 1 || mixed !== expected)
    throw new ShapeError(
      `${subject}: pointwiseFilter must have shape [1, 1, ${expected}, ${filters}], but has ${formatShape(pointwiseFilter.shape)}`,
    );
  const { bias, activation = 'none', ...window } = options;
  checkFusedActivation(subject, activation);
  if (bias !== undefined) checkBias(subject, bias, x, filters);
  const apart = depthwise(subject, x, depthwiseFilter, window);
  return convolution(subject, apart, pointwiseFilter, { activation, ...(bias && { bias }) });
}
