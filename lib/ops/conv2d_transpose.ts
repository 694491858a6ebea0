/**
 * 2-D transposed convolution: the transpose (adjoint) of the convolution with the same filter.
 *
 *   z(i·sₕ + m·dₕ − top, j·s_w + l·d_w − left, p)  gathers  x(i,j,q) · filter(m,l,p,q)  over all i, j, m, l, q;  y = σ(z + bias(p))
 *
 *   x      [batch, height, width, channels]                  filter [kernelHeight, kernelWidth, filters / groups, channels]
 *   bias   [filters]                                         y      [batch, outHeight, outWidth, filters]
 *
 * ⟨conv2d(v, filter), x⟩ = ⟨v, z⟩ for every v. Gradients, with dz the gradient by the sums: dx = conv2d(dz, filter);
 * dFilter is that of the convolution with dz as its input and x as the gradient by its output; dBias = Σ dz.
 */
import { defineOp } from '../autograd/define_op.js';
import { checkInteger, checkOptions, type Pair } from '../tensor/arguments.js';
import { converted } from '../tensor/convert.js';
import { wideDType } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import type { Padding } from '../tensor/padding.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { transposedWindow2d } from '../tensor/transposed_window.js';
import { checkOperands, type Geometry, geometryOf, imageAxes } from './conv_geometry.js';
import { convolved, filterGradients, inputGradient } from './conv2d.js';
import { checkBias, checkFusedActivation, epilogueGradient, type FusedActivation, once } from './epilogue.js';
import { sumTo } from './sum_to.js';

/** Options of {@link conv2dTranspose}. */
export interface Conv2dTransposeOptions {
  /** One number per filter, added to every pixel of its output channel. */
  readonly bias?: Tensor;
  /** Distance of the windows in the output, default 1. */
  readonly strides?: Pair;
  /** What is cut off the output: the padding of the convolution that this is the transpose of; default `'valid'`. */
  readonly padding?: Padding;
  /** Rows and columns more at the end of the output, fewer than the stride; default 0. */
  readonly outputPadding?: Pair;
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

/** The op on checked inputs. @internal */
export const conv2dTransposeOp = defineOp({
  name: 'conv2dTranspose',
  bfloat16: { inputs: [0], product: true },
  forward([x, filter, bias]: [Tensor, Tensor, Tensor | undefined], { geometry, activation }: Attributes) {
    const output = inputGradient(x, filter, geometry.slice(0, 4), geometry, bias, activation);
    return { output, saved: { x, filter, y: activation === 'none' ? undefined : output } };
  },
  backward(dy, { x, filter, y }, { geometry, activation }, pass) {
    const dz = once(() => epilogueGradient(activation, y, dy, pass));
    return [
      () => convolved(dz(), filter, geometry),
      () => filterGradients(dz(), x, filter.shape, false, geometry).dFilter,
      () => sumTo(converted(dz(), wideDType(dy.dtype)), [geometry[3]]),
    ];
  },
});

const known = ['bias', 'strides', 'padding', 'outputPadding', 'dilations', 'groups', 'activation'];

/**
 * 2-D transposed convolution ("deconvolution"): spreads each pixel over a window of a larger image.
 *
 * The output's extent is (input − 1)·stride + kernel − padding + outputPadding, and input·stride with padding `'same'`.
 *
 * @param x [batch, height, width, channels], float32, float64 or bfloat16
 * @param filter [kernelHeight, kernelWidth, filters / groups, channels], of the same dtype: that of the convolution it transposes
 * @returns [batch, outHeight, outWidth, filters]
 * @throws ShapeError if channels and filter do not fit together or padding takes everything away; DTypeError for other or
 *   mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const larger = ops.conv2dTranspose(images, filter, { strides: 2, padding: 'same' });
 */
export function conv2dTranspose(x: Tensor, filter: Tensor, options: Conv2dTransposeOptions = {}): Tensor {
  const subject = 'conv2dTranspose';
  checkOptions(subject, options, known);
  checkOperands(subject, x, imageAxes, filter, '[kernelHeight, kernelWidth, filters / groups, channels]');
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
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const filters = checkTransposedChannels(subject, x, filter, groups);
  const window = transposedWindow2d(subject, height, width, {
    kernelSize: filter.shape.slice(0, 2) as [number, number],
    strides,
    padding,
    outputPadding,
    dilations,
  });
  if (bias !== undefined) checkBias(subject, bias, x, filters);
  const geometry = geometryOf(batch, filters, channels, groups, window);
  return conv2dTransposeOp([x, filter, bias], { geometry, activation });
}

/** Checks that a filter [..., filters / groups, channels] fits the channels of x, and returns the number of filters. @internal */
export function checkTransposedChannels(subject: string, x: Tensor, filter: Tensor, groups: number): number {
  checkInteger(subject, 'groups', groups);
  const channels = x.shape.at(-1) as number;
  const [perGroup, expected] = filter.shape.slice(-2) as [number, number];
  if (channels !== expected)
    throw new ShapeError(
      `${subject}: input has ${channels} channels, filter ${formatShape(filter.shape)} expects ${expected}`,
    );
  if (channels % groups !== 0)
    throw new ShapeError(`${subject}: ${groups} groups do not divide the ${channels} channels of the input`);
  return perGroup * groups;
}
