/**
 * 1-D transposed convolution: the transpose of `conv1d` with the same filter, computed as that of images of height 1.
 *
 *   z(t·s + m·d − before, p)  gathers  x(t,q) · filter(m,p,q)  over all t, m, q;  y = σ(z + bias(p))
 *
 *   x    [batch, length, channels]          filter [kernel, filters / groups, channels]
 *   bias [filters]                          y      [batch, outLength, filters]
 */
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { transposedWindow1d } from '../tensor/transposed_window.js';
import type { Padding1d } from '../tensor/window1d.js';
import { checkOperands, geometryOf, sequenceAxes, singleRow } from './conv_geometry.js';
import { checkTransposedChannels, conv2dTransposeOp } from './conv2d_transpose.js';
import { checkBias, checkFusedActivation, type FusedActivation } from './epilogue.js';
import { reshape } from './reshape.js';

/** Options of {@link conv1dTranspose}. */
export interface Conv1dTransposeOptions {
  /** One number per filter, added to every element of its output channel. */
  readonly bias?: Tensor;
  /** Distance of the windows in the output, default 1. */
  readonly strides?: number;
  /** What is cut off the output: the padding of the convolution that this is the transpose of; default `'valid'`. */
  readonly padding?: Padding1d;
  /** Elements more at the end of the output, fewer than the stride; default 0. */
  readonly outputPadding?: number;
  /** Distance between the taps of the kernel, default 1. */
  readonly dilations?: number;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: number;
  /** Applied as the output is written: `'none'` (default) or `'relu'`. */
  readonly activation?: FusedActivation;
}

const known = ['bias', 'strides', 'padding', 'outputPadding', 'dilations', 'groups', 'activation'];

/**
 * 1-D transposed convolution: spreads each element over a window of a longer sequence.
 *
 * The output's length is (length − 1)·stride + kernel − padding + outputPadding, and length·stride with padding `'same'`.
 *
 * @param x [batch, length, channels], float32 or float64
 * @param filter [kernel, filters / groups, channels], of the same dtype
 * @returns [batch, outLength, filters]
 * @throws ShapeError if channels and filter do not fit together or padding takes everything away; DTypeError for other or
 *   mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const longer = ops.conv1dTranspose(signals, filter, { strides: 2, padding: 'same' });
 */
export function conv1dTranspose(x: Tensor, filter: Tensor, options: Conv1dTransposeOptions = {}): Tensor {
  const subject = 'conv1dTranspose';
  checkOptions(subject, options, known);
  checkOperands(subject, x, sequenceAxes, filter, '[kernel, filters / groups, channels]');
  const {
    bias,
    strides = 1,
    padding = 'valid',
    outputPadding = 0,
    dilations = 1,
    groups = 1,
    activation = 'none',
  } = options;
  checkFusedActivation(subject, activation);
  const [batch, length, channels] = x.shape as [number, number, number];
  const [kernelSize, perGroup] = filter.shape as [number, number, number];
  const filters = checkTransposedChannels(subject, x, filter, groups);
  const width = transposedWindow1d(subject, length, { kernelSize, strides, padding, outputPadding, dilations });
  if (bias !== undefined) checkBias(subject, bias, x, filters);
  const image = reshape(x, [batch, 1, length, channels]);
  const rows = reshape(filter, [1, kernelSize, perGroup, channels]);
  const geometry = geometryOf(batch, filters, channels, groups, { height: singleRow, width });
  const y = conv2dTransposeOp([image, rows, bias], { geometry, activation });
  return reshape(y, [batch, width.input, filters]);
}
