/**
 * 1-D convolution, in the sense of the field: cross-correlation, computed as that of images of height 1.
 *
 *   y(n,t,q) = σ(b(q) + Σ_{m,p} x(n, t·s + m·d − before, p) · filter(m,p,q))
 *
 *   x    [batch, length, channels]          filter [kernel, channels / groups, filters]
 *   bias [filters]                          y      [batch, outLength, filters]
 */
import { checkBoolean, checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Padding1d, window1d } from '../tensor/window1d.js';
import { checkChannels, checkOperands, geometryOf, sequenceAxes, singleRow } from './conv_geometry.js';
import { conv2dOp } from './conv2d.js';
import { checkBias, checkFusedActivation, type FusedActivation } from './epilogue.js';
import { flip as flipAxes } from './flip.js';
import { reshape } from './reshape.js';

/** Options of {@link conv1d}. */
export interface Conv1dOptions {
  /** One number per filter, added to every element of its output channel. */
  readonly bias?: Tensor;
  /** Step between windows, default 1. */
  readonly strides?: number;
  /** Zeros around the sequence, default `'valid'`; `'causal'` lets no output see later inputs. */
  readonly padding?: Padding1d;
  /** Distance between the taps of the kernel, default 1. */
  readonly dilations?: number;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: number;
  /** Flip the kernel: convolution in the mathematical sense, default false. */
  readonly flip?: boolean;
  /** Applied as the output is written: `'none'` (default) or `'relu'`. */
  readonly activation?: FusedActivation;
}

const known = ['bias', 'strides', 'padding', 'dilations', 'groups', 'flip', 'activation'];

/**
 * 1-D convolution (cross-correlation: the filter is not flipped, unless asked for) of sequences with a bank of filters.
 *
 * @param x [batch, length, channels], float32 or float64
 * @param filter [kernel, channels / groups, filters], of the same dtype
 * @returns [batch, outLength, filters]
 * @throws ShapeError if channels and filter do not fit together or the kernel exceeds the padded sequence; DTypeError for
 *   other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.conv1d(signals, filter, { padding: 'causal', dilations: 4 });
 */
export function conv1d(x: Tensor, filter: Tensor, options: Conv1dOptions = {}): Tensor {
  checkOptions('conv1d', options, known);
  checkOperands('conv1d', x, sequenceAxes, filter, '[kernel, channels / groups, filters]');
  const {
    bias,
    strides = 1,
    padding = 'valid',
    dilations = 1,
    groups = 1,
    flip = false,
    activation = 'none',
  } = options;
  checkFusedActivation('conv1d', activation);
  checkBoolean('conv1d', 'flip', flip);
  checkChannels('conv1d', x, filter, groups);
  const [batch, length, channels] = x.shape as [number, number, number];
  const [kernelSize, depth, filters] = filter.shape as [number, number, number];
  const width = window1d('conv1d', length, { kernelSize, strides, padding, dilations });
  if (bias !== undefined) checkBias('conv1d', bias, x, filters);
  const y = conv2dOp(
    [
      reshape(x, [batch, 1, length, channels]),
      reshape(flip ? flipAxes(filter, 0) : filter, [1, kernelSize, depth, filters]),
      bias,
    ],
    { geometry: geometryOf(batch, channels, filters, groups, { height: singleRow, width }), activation },
  );
  return reshape(y, [batch, width.out, filters]);
}
