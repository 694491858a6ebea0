// Where the windows of a transposed convolution fall. It runs a convolution backwards: input i, output o, with the stride s,
// the effective kernel e and the zeros b + a of the convolution that takes o to i, and z = outputPadding more outputs:
//
//   o = (i − 1)·s + e − (b + a) + z,  0 ≤ z < s          o = i·s for 'same' and 'sameLower', as in Keras
//
// Dumoulin & Visin 2016 (arXiv 1603.07285). The geometry is returned as that of the convolution: input o, out i.
import { checkInteger, type Pair, toPair } from './arguments.js';
import { ArgumentError, ShapeError } from './errors.js';
import {
  type Axis,
  effectiveKernel,
  type Padding,
  sides,
  type Window2d,
  type Window2dOptions,
  type WindowAxis,
} from './padding.js';
import { checkPadding1d, imagePadding, type Window1dOptions } from './window1d.js';

/** How the window of a transposed convolution moves over its output. */
export interface TransposedWindow2dOptions extends Window2dOptions {
  readonly outputPadding: Pair;
}

interface AxisOptions {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly outputPadding: number;
  readonly padding: Padding;
}

function transposedAxis(subject: string, input: number, options: AxisOptions, axis: Axis, extent: string): WindowAxis {
  const { kernel, stride, dilation, outputPadding, padding } = options;
  if (outputPadding >= stride)
    throw new ArgumentError(
      `${subject}: outputPadding must be smaller than the stride ${stride}, but received ${outputPadding}`,
    );
  const e = effectiveKernel(kernel, dilation);
  const same = padding === 'same' || padding === 'sameLower';
  if (same && outputPadding > 0)
    throw new ArgumentError(`${subject}: padding '${padding}' fixes the output, so outputPadding must be 0`);
  const [before, after] = sides(subject, input * stride, e, stride, padding, axis);
  const total = before + after;
  const output = same ? input * stride : (input - 1) * stride + e - total + outputPadding;
  if (output < 1)
    throw new ShapeError(`${subject}: ${total} of padding leave nothing of the output's ${extent} ${output + total}`);
  return { input: output, kernel, stride, dilation, before, after, out: input, unread: (output + total - e) % stride };
}

/**
 * The checked geometry of a transposed convolution over a [height, width] image.
 *
 * @throws ArgumentError for invalid options, ShapeError when padding takes the whole output away.
 */
export function transposedWindow2d(
  subject: string,
  inputHeight: number,
  inputWidth: number,
  options: TransposedWindow2dOptions,
): Window2d {
  const { padding } = options;
  const kernels = toPair(subject, 'kernelSize', options.kernelSize);
  const strides = toPair(subject, 'strides', options.strides);
  const dilations = toPair(subject, 'dilations', options.dilations);
  const more = toPair(subject, 'outputPadding', options.outputPadding, 0);
  const along = (at: 0 | 1) => ({
    kernel: kernels[at],
    stride: strides[at],
    dilation: dilations[at],
    outputPadding: more[at],
    padding,
  });
  return {
    height: transposedAxis(subject, inputHeight, along(0), 'h', 'height'),
    width: transposedAxis(subject, inputWidth, along(1), 'w', 'width'),
  };
}

/** As {@link transposedWindow2d}, over a sequence. */
export function transposedWindow1d(
  subject: string,
  length: number,
  options: Window1dOptions & { readonly outputPadding: number },
): WindowAxis {
  const { kernelSize: kernel, strides: stride, dilations: dilation, outputPadding } = options;
  checkInteger(subject, 'kernelSize', kernel);
  checkInteger(subject, 'strides', stride);
  checkInteger(subject, 'dilations', dilation);
  checkInteger(subject, 'outputPadding', outputPadding, 0);
  checkPadding1d(subject, options.padding);
  const padding = imagePadding(options.padding);
  return transposedAxis(subject, length, { kernel, stride, dilation, outputPadding, padding }, 'w', 'length');
}
