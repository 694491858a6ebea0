// What the pooling ops share: their options, and the checked geometry that the native side takes as numbers.
import { checkBoolean, checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { type Padding, type Window2d, type WindowAxis, window2d } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of the pooling ops. */
export interface Pool2dOptions {
  /** Extent of the window: one number or [height, width]. */
  readonly poolSize: Pair;
  /** Step between windows, default `poolSize`. */
  readonly strides?: Pair;
  /** Default `'valid'`; less than `poolSize` on each end, so that every window covers a real element. */
  readonly padding?: Padding;
  /**
   * Whether a last window may reach beyond the padded input, as in Caffe, if it starts inside the input or the padding
   * before it; default false.
   */
  readonly ceilMode?: boolean;
}

/** Batch, channels, height, width, kernel, strides, padding before and output extents, as the native side takes them. */
export type PoolNumbers = readonly [
  batch: number,
  channels: number,
  height: number,
  width: number,
  kernelH: number,
  kernelW: number,
  strideH: number,
  strideW: number,
  top: number,
  left: number,
  outH: number,
  outW: number,
];

/** The geometry of one pooling. */
export interface PoolGeometry {
  readonly outputShape: readonly [batch: number, height: number, width: number, channels: number];
  readonly numbers: PoolNumbers;
  readonly height: WindowAxis;
  readonly width: WindowAxis;
}

/** One more window where the last ones leave inputs unread, unless it would start beyond the input. */
function ceiled(axis: WindowAxis): WindowAxis {
  const { input, stride, before, out, unread } = axis;
  const more = unread > 0 && out * stride < input + before;
  return more ? { ...axis, out: out + 1, unread: 0 } : axis;
}

/**
 * The checked geometry of a pooling window over a [height, width] image.
 *
 * @throws ArgumentError for invalid options or where a window could lie in the padding alone, ShapeError when it does not fit
 */
export function poolWindow(
  subject: string,
  inputHeight: number,
  inputWidth: number,
  { poolSize, strides = poolSize, padding = 'valid', ceilMode = false }: Pool2dOptions,
): Window2d {
  const kernelSize = toPair(subject, 'poolSize', poolSize);
  const options = { kernelSize, strides, padding, dilations: 1 };
  const floored = window2d(subject, inputHeight, inputWidth, options, 'poolSize');
  const window = ceilMode ? { height: ceiled(floored.height), width: ceiled(floored.width) } : floored;
  for (const [name, { before, after, kernel }] of Object.entries(window))
    if (Math.max(before, after) >= kernel)
      throw new ArgumentError(
        `${subject}: padding of the ${name} must be less than poolSize ${kernel} on each end, but is [${before}, ${after}]`,
      );
  return window;
}

/**
 * Checks an image and the options of a pooling over it. `own` names the op's further options.
 *
 * @throws DTypeError, ShapeError or ArgumentError
 */
export function poolGeometry(
  subject: string,
  x: Tensor,
  options: Pool2dOptions,
  own: readonly string[] = [],
): PoolGeometry {
  checkFloat(subject, 'x', x);
  checkRank(subject, 'x', x, 4, '[batch, height, width, channels]');
  checkOptions(subject, options, ['poolSize', 'strides', 'padding', 'ceilMode', ...own]);
  checkBoolean(subject, 'ceilMode', options.ceilMode ?? false);
  const [batch, inputHeight, inputWidth, channels] = x.shape as readonly [number, number, number, number];
  const { height, width } = poolWindow(subject, inputHeight, inputWidth, options);
  return {
    outputShape: [batch, height.out, width.out, channels],
    numbers: [
      batch,
      channels,
      inputHeight,
      inputWidth,
      height.kernel,
      width.kernel,
      height.stride,
      width.stride,
      height.before,
      width.before,
      height.out,
      width.out,
    ],
    height,
    width,
  };
}
