// Poolings of sequences: those of images one pixel high, so that they share kernels, gradients and rules.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPadding1d, imagePadding, type Padding1d } from '../tensor/window1d.js';
import { reshape } from './reshape.js';

/** Options of the 1-D poolings. */
export interface Pool1dOptions {
  /** Extent of the window. */
  readonly poolSize: number;
  /** Step between windows, default `poolSize`. */
  readonly strides?: number;
  /** Default `'valid'`; less than `poolSize` on each end. */
  readonly padding?: Padding1d;
  /** Whether a last window may reach beyond the padded input, if it starts inside; default false. */
  readonly ceilMode?: boolean;
}

/** The padding of an image one pixel high: none above and below. */
function alongWidth(padding: Padding1d): Padding {
  if (typeof padding === 'number') return { h: [0, 0], w: [padding, padding] };
  if (typeof padding === 'object' && 'total' in padding) return { total: [0, padding.total] };
  return imagePadding(padding);
}

/** The same window over an image one pixel high. */
export interface Window1d {
  readonly poolSize: readonly [1, number];
  readonly strides: readonly [1, number];
  readonly padding: Padding;
}

/** @throws ArgumentError for invalid options @internal */
export function toWindow1d(subject: string, options: Pool1dOptions): Window1d {
  const { poolSize, strides = poolSize, padding = 'valid' } = options;
  checkInteger(subject, 'poolSize', poolSize);
  checkInteger(subject, 'strides', strides);
  checkPadding1d(subject, padding);
  return { poolSize: [1, poolSize], strides: [1, strides], padding: alongWidth(padding) };
}

/**
 * Runs a 2-D pooling on sequences [batch, length, channels]. `own` names the op's further options.
 *
 * @throws DTypeError, ShapeError or ArgumentError @internal
 */
export function pool1d(
  subject: string,
  x: Tensor,
  options: Pool1dOptions,
  own: readonly string[],
  pool: (image: Tensor, window: Window1d) => Tensor,
): Tensor {
  checkFloat(subject, 'x', x);
  checkRank(subject, 'x', x, 3, '[batch, length, channels]');
  checkOptions(subject, options, ['poolSize', 'strides', 'padding', 'ceilMode', ...own]);
  const [batch, length, channels] = x.shape as readonly [number, number, number];
  const y = pool(reshape(x, [batch, 1, length, channels]), toWindow1d(subject, options));
  return reshape(y, [batch, y.shape[2] as number, channels]);
}
