// Poolings of sequences: those of images one pixel high, so that they share kernels, gradients and rules.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import type { Padding } from '../tensor/padding.js';
import { formatShape } from '../tensor/shape.js';
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

/** @throws DTypeError or ShapeError unless x is sequences [batch, length, channels] that are not empty @internal */
export function checkSequences(subject: string, x: Tensor): void {
  checkFloat(subject, 'x', x);
  checkRank(subject, 'x', x, 3, '[batch, length, channels]');
  if (x.shape.slice(1).includes(0))
    throw new ShapeError(`${subject}: a sequence must not be empty, but x has shape ${formatShape(x.shape)}`);
}

/** Sequences [batch, length, channels] as images one pixel high. @internal */
export function asImages(x: Tensor): Tensor {
  const [batch, length, channels] = x.shape as readonly [number, number, number];
  return reshape(x, [batch, 1, length, channels]);
}

/** Images one pixel high as sequences. @internal */
export function asSequences(x: Tensor): Tensor {
  const [batch, , length, channels] = x.shape as readonly [number, number, number, number];
  return reshape(x, [batch, length, channels]);
}

/**
 * Sequences [batch, length, channels] as images, and the window over them. `own` names the op's further options.
 *
 * @throws DTypeError, ShapeError or ArgumentError @internal
 */
export function imagesAndWindow(
  subject: string,
  x: Tensor,
  options: Pool1dOptions,
  own: readonly string[],
): { readonly images: Tensor; readonly window: Window1d } {
  checkFloat(subject, 'x', x);
  checkRank(subject, 'x', x, 3, '[batch, length, channels]');
  checkOptions(subject, options, ['poolSize', 'strides', 'padding', 'ceilMode', ...own]);
  return { images: asImages(x), window: toWindow1d(subject, options) };
}

/** Runs a 2-D pooling on sequences; arguments and errors are those of {@link imagesAndWindow}. @internal */
export function pool1d(
  subject: string,
  x: Tensor,
  options: Pool1dOptions,
  own: readonly string[],
  pool: (images: Tensor, window: Window1d) => Tensor,
): Tensor {
  const { images, window } = imagesAndWindow(subject, x, options, own);
  return asSequences(pool(images, window));
}
