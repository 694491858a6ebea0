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
import { checkInteger, checkOptions, type Pair } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { type Padding, type Window2d, window2d } from '../tensor/padding.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import {
  activationCode,
  checkBias,
  checkFusedActivation,
  epilogueGradient,
  type FusedActivation,
  once,
} from './epilogue.js';

// biome-ignore format: a line per meaning
type Geometry = readonly [
  batch: number, height: number, width: number, channels: number,
  kernelHeight: number, kernelWidth: number, filters: number,
  outHeight: number, outWidth: number,
  strideHeight: number, strideWidth: number,
  dilationHeight: number, dilationWidth: number,
  padTop: number, padLeft: number,
  groups: number,
];

declare module '../native.js' {
  interface Native {
    conv2d(
      x: Handle,
      filter: Handle,
      bias: Handle,
      y: Handle,
      ...rest: [...geometry: Geometry, activation: number]
    ): void;
    conv2dInputGradient(dy: Handle, filter: Handle, dx: Handle, ...geometry: Geometry): void;
    /** dBias may be 0. */
    conv2dFilterGradient(x: Handle, dy: Handle, dFilter: Handle, dBias: Handle, ...geometry: Geometry): void;
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
  /** Applied as the output is written: `'none'` (default) or `'relu'`. */
  readonly activation?: FusedActivation;
}

interface Attributes {
  readonly geometry: Geometry;
  readonly activation: FusedActivation;
}

const conv2dOp = defineOp({
  name: 'conv2d',
  forward([x, filter, bias]: [Tensor, Tensor, Tensor | undefined], { geometry, activation }: Attributes) {
    const output = empty(outputShape(geometry), x.dtype);
    native.conv2d(x.handle, filter.handle, bias?.handle ?? 0, output.handle, ...geometry, activationCode(activation));
    return { output, saved: { x, filter, hasBias: bias !== undefined, y: activation === 'none' ? undefined : output } };
  },
  backward(dy, { x, filter, hasBias, y }, { geometry, activation }) {
    const dz = once(() => epilogueGradient(activation, y, dy));
    const byFilter = once(() => filterGradients(x, dz(), filter.shape, hasBias, geometry));
    return [
      () => inputGradient(dz(), filter, x.shape, geometry),
      () => byFilter().dFilter,
      () => byFilter().dBias as Tensor,
    ];
  },
});

function outputShape([batch, , , , , , filters, outHeight, outWidth]: Geometry): Shape {
  return [batch, outHeight, outWidth, filters];
}

function inputGradient(dz: Tensor, filter: Tensor, shape: Shape, geometry: Geometry): Tensor {
  const dx = empty(shape, dz.dtype);
  native.conv2dInputGradient(dz.handle, filter.handle, dx.handle, ...geometry);
  return dx;
}

function filterGradients(
  x: Tensor,
  dz: Tensor,
  shape: Shape,
  withBias: boolean,
  geometry: Geometry,
): { dFilter: Tensor; dBias: Tensor | undefined } {
  const dFilter = empty(shape, dz.dtype);
  const dBias = withBias ? empty(shape.slice(3), dz.dtype) : undefined;
  native.conv2dFilterGradient(x.handle, dz.handle, dFilter.handle, dBias?.handle ?? 0, ...geometry);
  return { dFilter, dBias };
}

function geometryOf(x: Tensor, filter: Tensor, groups: number, { height, width }: Window2d): Geometry {
  const [batch = 0, , , channels = 0] = x.shape;
  const filters = filter.shape[3] as number;
  // biome-ignore format: a line per meaning
  return [
    batch, height.input, width.input, channels,
    height.kernel, width.kernel, filters,
    height.out, width.out,
    height.stride, width.stride,
    height.dilation, width.dilation,
    height.before, width.before,
    groups,
  ];
}

const known = ['bias', 'strides', 'padding', 'dilations', 'groups', 'activation'];

/**
 * 2-D convolution (cross-correlation: the filter is not flipped) of images with a bank of filters.
 *
 * @param x [batch, height, width, channels], float32 or float64
 * @param filter [kernelHeight, kernelWidth, channels / groups, filters], of the same dtype
 * @returns [batch, outHeight, outWidth, filters]
 * @throws ShapeError if channels and filter do not fit together or the kernel exceeds the padded image; DTypeError for
 *   other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.conv2d(images, filter, { bias, padding: 'same', activation: 'relu' });
 */
export function conv2d(x: Tensor, filter: Tensor, options: Conv2dOptions = {}): Tensor {
  checkOptions('conv2d', options, known);
  const { bias, strides = 1, padding = 'valid', dilations = 1, groups = 1, activation = 'none' } = options;
  checkFloat('conv2d', 'x', x);
  checkRank('conv2d', 'x', x, 4, '[batch, height, width, channels]');
  checkFloat('conv2d', 'filter', filter);
  checkRank('conv2d', 'filter', filter, 4, '[kernelHeight, kernelWidth, channels / groups, filters]');
  checkSameDType('conv2d', 'filter', filter, 'x', x);
  checkInteger('conv2d', 'groups', groups);
  checkFusedActivation('conv2d', activation);
  const [, inputHeight = 0, inputWidth = 0, channels = 0] = x.shape;
  const [kernelHeight = 0, kernelWidth = 0, depth = 0, filters = 0] = filter.shape;
  if (channels !== depth * groups) {
    const expected = groups === 1 ? `expects ${depth}` : `in ${groups} groups expects ${depth * groups}`;
    throw new ShapeError(`conv2d: input has ${channels} channels, filter ${formatShape(filter.shape)} ${expected}`);
  }
  if (filters % groups !== 0)
    throw new ShapeError(
      `conv2d: ${groups} groups do not divide the ${filters} filters of ${formatShape(filter.shape)}`,
    );
  const window = window2d('conv2d', inputHeight, inputWidth, {
    kernelSize: [kernelHeight, kernelWidth],
    strides,
    padding,
    dilations,
  });
  if (bias !== undefined) checkBias('conv2d', bias, x, filters);
  return conv2dOp([x, filter, bias], { geometry: geometryOf(x, filter, groups, window), activation });
}
