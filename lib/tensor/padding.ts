// Where windows fall. For one axis: input extent i, kernel k, stride s, dilation d, zeros b before and a after.
//
//   effective kernel  e = d·(k − 1) + 1
//   output extent     o = ⌊(i + b + a − e) / s⌋ + 1
//   unread            r = (i + b + a − e) mod s     inputs at the end that no window reaches
//
// Window number t covers inputs t·s − b + d·m for m = 0 … k−1. Conventions: Dumoulin & Visin 2016 (arXiv 1603.07285).
import { checkInteger, type Pair, show, toPair } from './arguments.js';
import { ArgumentError, ShapeError } from './errors.js';

/** Zeros on the two ends of one axis. */
export type Side = readonly [before: number, after: number];

/**
 * Every padding convention of the field.
 *
 * - `'valid'`: none.
 * - `'same'`: TensorFlow's and Keras' SAME (ONNX SAME_UPPER): output ⌈i/s⌉, an odd zero goes after. Depends on the input's extent.
 * - `'sameLower'`: the same total, an odd zero goes before (ONNX SAME_LOWER).
 * - `'full'`: e − 1 on both ends.
 * - `'causal'`: e − 1 before, none after.
 * - `n` or `[h, w]`: on each end (PyTorch, Caffe).
 * - `{ total: n }` or `{ total: [h, w] }`: both ends together, an odd zero goes after.
 * - `{ same: 'total' }`: e − 1 in total whatever the stride, an odd zero goes after.
 * - `{ h: [before, after], w: [before, after] }`: spelled out.
 */
export type Padding =
  | 'valid'
  | 'same'
  | 'sameLower'
  | 'full'
  | 'causal'
  | Pair
  | { readonly total: Pair }
  | { readonly same: 'total' }
  | { readonly h: Side; readonly w: Side };

/** What a padding comes to on one axis. */
export interface ResolvedPadding {
  /** Zeros before the first input. */
  readonly before: number;
  /** Zeros after the last input. */
  readonly after: number;
  /** Output extent. */
  readonly out: number;
  /** Inputs (real or padded) at the end that no window reads. */
  readonly unread: number;
}

/** One axis of a window sweep, checked: everything a kernel and its gradients need. */
export interface WindowAxis extends ResolvedPadding {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** The geometry of a 2-D convolution or pooling, checked once and then trusted. */
export interface Window2d {
  readonly height: WindowAxis;
  readonly width: WindowAxis;
}

/** How a window moves over an image. */
export interface Window2dOptions {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilations: Pair;
}

export type Axis = 'h' | 'w';
const LARGEST = 2 ** 31 - 1; // the native side takes int32
const axisNames = { h: 'height', w: 'width' } as const;

/** Extent a dilated kernel covers: d·(k − 1) + 1. */
export function effectiveKernel(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

function invalid(subject: string, padding: unknown): ArgumentError {
  return new ArgumentError(
    `${subject}: padding must be 'valid', 'same', 'sameLower', 'full', 'causal', n, [h, w], { total }, { same: 'total' } ` +
      `or { h: [before, after], w: [before, after] } with non-negative integers, but received ${show(padding)}`,
  );
}

function isSide(value: unknown): value is Side {
  return Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function isPair(value: unknown): value is Pair {
  return isSide(value) || (Number.isSafeInteger(value) && (value as number) >= 0);
}

const alongAxis = (pair: Pair, axis: Axis): number => (typeof pair === 'number' ? pair : pair[axis === 'h' ? 0 : 1]);
const oddAfter = (total: number): Side => [Math.floor(total / 2), Math.ceil(total / 2)];

/** Total zeros of SAME: max((⌈i/s⌉ − 1)·s + e − i, 0). */
const sameTotal = (i: number, e: number, s: number): number => Math.max((Math.ceil(i / s) - 1) * s + e - i, 0);

const named: Record<string, (i: number, e: number, s: number) => Side> = {
  valid: () => [0, 0],
  same: (i, e, s) => oddAfter(sameTotal(i, e, s)),
  sameLower: (i, e, s) => [Math.ceil(sameTotal(i, e, s) / 2), Math.floor(sameTotal(i, e, s) / 2)],
  full: (_, e) => [e - 1, e - 1],
  causal: (_, e) => [e - 1, 0],
};

/** The zeros before and after one axis, for an effective kernel e. */
export function sides(subject: string, i: number, e: number, s: number, padding: Padding, axis: Axis): Side {
  if (typeof padding === 'string') {
    const rule = Object.hasOwn(named, padding) ? named[padding] : undefined;
    if (rule) return rule(i, e, s);
  } else if (isPair(padding)) {
    const n = alongAxis(padding, axis);
    return [n, n];
  } else if (typeof padding === 'object' && padding !== null) {
    const keys = Object.keys(padding).join();
    if (keys === 'total' && 'total' in padding && isPair(padding.total))
      return oddAfter(alongAxis(padding.total, axis));
    if (keys === 'same' && 'same' in padding && padding.same === 'total') return oddAfter(e - 1);
    if ('h' in padding && Object.keys(padding).length === 2 && isSide(padding.h) && isSide(padding.w))
      return padding[axis];
  }
  throw invalid(subject, padding);
}

/**
 * The zeros a padding adds to one axis, the output extent and how many inputs at the end go unread.
 *
 * @param axis which entry of a per-axis padding applies, default `'h'`.
 * @throws ArgumentError for a padding that is none of the conventions, or an extent, kernel, stride or dilation below 1.
 * @throws ShapeError when the kernel does not fit into the padded input.
 * @example
 * resolvePadding(6, 3, 2, 1, 'same'); // { before: 0, after: 1, out: 3, unread: 0 }
 * resolvePadding(6, 3, 2, 1, 1);      // { before: 1, after: 1, out: 3, unread: 1 }
 */
export function resolvePadding(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: Padding,
  axis: Axis = 'h',
): ResolvedPadding {
  const subject = 'resolvePadding';
  checkInteger(subject, 'input', input);
  checkInteger(subject, 'kernel', kernel);
  checkInteger(subject, 'stride', stride);
  checkInteger(subject, 'dilation', dilation);
  return padAxis(subject, input, kernel, stride, dilation, padding, axis);
}

/** As {@link resolvePadding}, for numbers already checked; `extent` is what errors call the axis. */
export function padAxis(
  subject: string,
  i: number,
  k: number,
  s: number,
  d: number,
  padding: Padding,
  axis: Axis,
  extent: string = axisNames[axis],
): ResolvedPadding {
  const e = effectiveKernel(k, d);
  const [before, after] = sides(subject, i, e, s, padding, axis);
  const reach = i + before + after - e;
  if (reach < 0) {
    const covers = d === 1 ? '' : ` (dilated to ${e})`;
    const padded = before + after === 0 ? '' : ` + ${before + after} of padding`;
    throw new ShapeError(`${subject}: kernel ${k}${covers} is larger than the input's ${extent} ${i}${padded}`);
  }
  if (Math.max(i + before + after, s, d) > LARGEST)
    throw new ArgumentError(
      `${subject}: padded ${axisNames[axis]}, strides and dilations must not exceed ${LARGEST}, but are ${i + before + after}, ${s} and ${d}`,
    );
  return { before, after, out: Math.floor(reach / s) + 1, unread: reach % s };
}

/**
 * The checked geometry of a window of `options.kernelSize` over a [height, width] image.
 *
 * @param subject the op or layer that error messages name.
 * @param kernelName how the caller's options call the kernel: `'kernelSize'` or `'poolSize'`.
 * @throws ArgumentError for invalid options, ShapeError when the kernel does not fit.
 */
export function window2d(
  subject: string,
  inputHeight: number,
  inputWidth: number,
  options: Window2dOptions,
  kernelName = 'kernelSize',
): Window2d {
  const kernels = toPair(subject, kernelName, options.kernelSize);
  const strides = toPair(subject, 'strides', options.strides);
  const dilations = toPair(subject, 'dilations', options.dilations);
  const along = (axis: Axis, at: 0 | 1, input: number): WindowAxis => {
    const kernel = kernels[at];
    const stride = strides[at];
    const dilation = dilations[at];
    return {
      input,
      kernel,
      stride,
      dilation,
      ...padAxis(subject, input, kernel, stride, dilation, options.padding, axis),
    };
  };
  return { height: along('h', 0, inputHeight), width: along('w', 1, inputWidth) };
}

/** @throws ArgumentError unless `padding` is one of the conventions. */
export function checkPadding(subject: string, padding: unknown): asserts padding is Padding {
  sides(subject, 1, 1, 1, padding as Padding, 'h');
  sides(subject, 1, 1, 1, padding as Padding, 'w');
}
