/**
 * 2-D convolution, in the sense of the field: cross-correlation.
 *
 *   y(n,i,j,q) = σ(b(q) + Σ_{m,l,p} x(n, i·sₕ + m·dₕ − top, j·s_w + l·d_w − left, p) · filter(m,l,p,q))
 *
 *   x      [batch, height, width, channels]                  filter [kernelHeight, kernelWidth, channels / groups, filters]
 *   bias   [filters]                                         y      [batch, outHeight, outWidth, filters]
 *
 * With groups, output channel q of group g sees the channels of group g only.
 * Gradients (Dumoulin & Visin 2016, arXiv 1603.07285): with dz the gradient by the sums, dBias(q) = Σ dz;
 * dFilter(m,l,p,q) = Σ_{n,i,j} dz(n,i,j,q) · x(n, i·sₕ + …, p); dx scatters dz · filter back; inputs no window read get 0.
 */
import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkBoolean, checkOptions, type Pair } from '../tensor/arguments.js';
import { wideDType } from '../tensor/dtype.js';
import { type Padding, window2d } from '../tensor/padding.js';
import type { Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { algorithmCode, type ConvAlgorithm, checkAlgorithm } from './conv_algorithm.js';
import { checkChannels, checkOperands, type Geometry, geometryOf, imageAxes } from './conv_geometry.js';
import {
  activationCode,
  checkBias,
  checkFusedActivation,
  epilogueGradient,
  type FusedActivation,
  once,
} from './epilogue.js';
import { flip as flipAxes } from './flip.js';

declare module '../native.js' {
  interface Native {
    conv2d(
      x: Handle,
      filter: Handle,
      bias: Handle,
      y: Handle,
      ...rest: [...geometry: Geometry, activation: number, algorithm: number]
    ): void;
    conv2dInputGradient(
      dy: Handle,
      filter: Handle,
      bias: Handle,
      dx: Handle,
      ...rest: [...geometry: Geometry, activation: number, algorithm: number]
    ): void;
    /** dBias may be 0. */
    conv2dFilterGradient(
      x: Handle,
      dy: Handle,
      dFilter: Handle,
      dBias: Handle,
      ...rest: [...geometry: Geometry, algorithm: number]
    ): void;
  }
}

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** One number per filter, added to every pixel of its output channel. */
  readonly bias?: Tensor;
  /** Step between windows, default 1. */
  readonly strides?: Pair;
  /** Zeros around the image, default `'valid'`. */
  readonly padding?: Padding;
  /** Distance between the taps of the kernel, default 1. */
  readonly dilations?: Pair;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: number;
  /** Flip the kernel on both spatial axes: convolution in the mathematical sense, default false. */
  readonly flip?: boolean;
  /** Applied as the output is written: `'none'` (default) or `'relu'`. */
  readonly activation?: FusedActivation;
  /** How output and gradients are computed, default `'auto'`; see {@link ConvAlgorithm}. */
  readonly algorithm?: ConvAlgorithm;
}

interface Attributes {
  readonly geometry: Geometry;
  readonly activation: FusedActivation;
  readonly algorithm?: ConvAlgorithm;
}

/** The op on checked inputs. @internal */
export const conv2dOp = defineOp({
  name: 'conv2d',
  bfloat16: { inputs: [0], product: true },
  forward([x, filter, bias]: [Tensor, Tensor, Tensor | undefined], { geometry, activation, algorithm }: Attributes) {
    const output = convolved(x, filter, geometry, bias, activation, algorithm);
    return { output, saved: { x, filter, hasBias: bias !== undefined, y: activation === 'none' ? undefined : output } };
  },
  backward(dy, { x, filter, hasBias, y }, { geometry, activation, algorithm }, pass) {
    const dz = once(() => epilogueGradient(activation, y, dy, pass));
    const byFilter = once(() => filterGradients(x, dz(), filter.shape, hasBias, geometry, algorithm));
    return [
      () => inputGradient(dz(), filter, x.shape, geometry, undefined, 'none', algorithm),
      () => byFilter().dFilter,
      () => byFilter().dBias as Tensor,
    ];
  },
});

/** The convolution itself, not recorded. @internal */
export function convolved(
  x: Tensor,
  filter: Tensor,
  geometry: Geometry,
  bias?: Tensor,
  activation: FusedActivation = 'none',
  algorithm: ConvAlgorithm = 'auto',
): Tensor {
  const codes = [activationCode(activation), algorithmCode(algorithm)] as const;
  const y = empty(outputShape(geometry), x.dtype);
  native.conv2d(x.handle, filter.handle, bias?.handle ?? 0, y.handle, ...geometry, ...codes);
  return y;
}

function outputShape([batch, , , , , , filters, outHeight, outWidth]: Geometry): Shape {
  return [batch, outHeight, outWidth, filters];
}

/** The transpose of the convolution applied to dz, not recorded; with bias and activation a transposed convolution. @internal */
export function inputGradient(
  dz: Tensor,
  filter: Tensor,
  shape: Shape,
  geometry: Geometry,
  bias?: Tensor,
  activation: FusedActivation = 'none',
  algorithm: ConvAlgorithm = 'auto',
): Tensor {
  const codes = [activationCode(activation), algorithmCode(algorithm)] as const;
  const dx = empty(shape, dz.dtype);
  native.conv2dInputGradient(dz.handle, filter.handle, bias?.handle ?? 0, dx.handle, ...geometry, ...codes);
  return dx;
}

/** Gradients by filter and bias, not recorded. @internal */
export function filterGradients(
  x: Tensor,
  dz: Tensor,
  shape: Shape,
  withBias: boolean,
  geometry: Geometry,
  algorithm: ConvAlgorithm = 'auto',
): { dFilter: Tensor; dBias: Tensor | undefined } {
  const dFilter = empty(shape, wideDType(dz.dtype));
  const dBias = withBias ? empty(shape.slice(3), dFilter.dtype) : undefined;
  const code = algorithmCode(algorithm);
  native.conv2dFilterGradient(x.handle, dz.handle, dFilter.handle, dBias?.handle ?? 0, ...geometry, code);
  return { dFilter, dBias };
}

const known = ['bias', 'strides', 'padding', 'dilations', 'groups', 'flip', 'activation', 'algorithm'];

/**
 * 2-D convolution (cross-correlation: the filter is not flipped, unless asked for) of images with a bank of filters.
 *
 * @param x [batch, height, width, channels], float32, float64 or bfloat16
 * @param filter [kernelHeight, kernelWidth, channels / groups, filters], of the same dtype; float32 where x is bfloat16
 * @returns [batch, outHeight, outWidth, filters], of the dtype of x
 * @throws ShapeError if channels and filter do not fit together or the kernel exceeds the padded image; DTypeError for
 *   other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.conv2d(images, filter, { bias, padding: 'same', activation: 'relu' });
 */
export function conv2d(x: Tensor, filter: Tensor, options: Conv2dOptions = {}): Tensor {
  checkOptions('conv2d', options, known);
  checkOperands('conv2d', x, imageAxes, filter, '[kernelHeight, kernelWidth, channels / groups, filters]');
  const { flip = false, ...rest } = options;
  checkBoolean('conv2d', 'flip', flip);
  return convolution('conv2d', x, filter, rest, flip);
}

/** As {@link conv2d}, for an op that is one in disguise: `subject` is what errors call it; ranks and dtypes are checked. @internal */
export function convolution(
  subject: string,
  x: Tensor,
  filter: Tensor,
  options: Omit<Conv2dOptions, 'flip'>,
  flip = false,
): Tensor {
  const {
    bias,
    strides = 1,
    padding = 'valid',
    dilations = 1,
    groups = 1,
    activation = 'none',
    algorithm = 'auto',
  } = options;
  checkFusedActivation(subject, activation);
  checkChannels(subject, x, filter, groups);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, , filters] = filter.shape as [number, number, number, number];
  const window = window2d(subject, height, width, {
    kernelSize: [kernelHeight, kernelWidth],
    strides,
    padding,
    dilations,
  });
  if (bias !== undefined) checkBias(subject, bias, x, filters);
  const geometry = geometryOf(batch, channels, filters, groups, window);
  checkAlgorithm(subject, algorithm, {
    kernelSize: [kernelHeight, kernelWidth],
    strides: [window.height.stride, window.width.stride],
    dilations: [window.height.dilation, window.width.dilation],
    groups,
  });
  return conv2dOp([x, flip ? flipAxes(filter, [0, 1]) : filter, bias], { geometry, activation, algorithm });
}
