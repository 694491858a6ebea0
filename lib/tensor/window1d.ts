// Windows over sequences [length, channels]: the conventions of padding.ts along one axis.
import { checkInteger } from './arguments.js';
import { ArgumentError } from './errors.js';
import { type Padding, padAxis, type Side, type WindowAxis } from './padding.js';

/** The conventions of {@link Padding} for one axis; `[before, after]` spells the zeros out. */
export type Padding1d =
  | 'valid'
  | 'same'
  | 'sameLower'
  | 'full'
  | 'causal'
  | number
  | Side
  | { readonly total: number }
  | { readonly same: 'total' };

/** How a window moves over a sequence. */
export interface Window1dOptions {
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: Padding1d;
  readonly dilations: number;
}

/** The same padding as one of images, whose width the sequence becomes. */
export function imagePadding(padding: Padding1d): Padding {
  return Array.isArray(padding) ? { h: [0, 0], w: padding as unknown as Side } : (padding as Padding);
}

/** @throws ArgumentError unless `padding` is one of the conventions. */
export function checkPadding1d(subject: string, padding: unknown): asserts padding is Padding1d {
  const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const known =
    typeof padding === 'string'
      ? ['valid', 'same', 'sameLower', 'full', 'causal'].includes(padding)
      : Array.isArray(padding)
        ? padding.length === 2 && padding.every(count)
        : typeof padding === 'object' && padding !== null
          ? Object.keys(padding).length === 1 &&
            (('total' in padding && count(padding.total)) || ('same' in padding && padding.same === 'total'))
          : count(padding);
  if (known) return;
  throw new ArgumentError(
    `${subject}: padding must be 'valid', 'same', 'sameLower', 'full', 'causal', n, [before, after], { total } or ` +
      `{ same: 'total' } with non-negative integers, but received ${JSON.stringify(padding)}`,
  );
}

/**
 * The checked geometry of a window over a sequence.
 *
 * @throws ArgumentError for invalid options, ShapeError when the kernel does not fit.
 */
export function window1d(subject: string, length: number, options: Window1dOptions): WindowAxis {
  const { kernelSize: kernel, strides: stride, padding, dilations: dilation } = options;
  checkInteger(subject, 'kernelSize', kernel);
  checkInteger(subject, 'strides', stride);
  checkInteger(subject, 'dilations', dilation);
  checkPadding1d(subject, padding);
  const resolved = padAxis(subject, length, kernel, stride, dilation, imagePadding(padding), 'w', 'length');
  return { input: length, kernel, stride, dilation, ...resolved };
}
