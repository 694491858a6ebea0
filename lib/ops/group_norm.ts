import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkSameDType, checkSameShape } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

type GroupNumbers = readonly [batch: number, pixels: number, channels: number, groups: number];

declare module '../native.js' {
  interface Native {
    /** Writes y, and mean and inverse = 1 / √(variance + epsilon) [batch, groups]. gamma and beta may be 0. */
    groupNorm(
      x: Handle,
      gamma: Handle,
      beta: Handle,
      y: Handle,
      mean: Handle,
      inverse: Handle,
      ...rest: [...geometry: GroupNumbers, epsilon: number]
    ): void;
    groupNormInputGradient(
      x: Handle,
      dy: Handle,
      gamma: Handle,
      mean: Handle,
      inverse: Handle,
      dx: Handle,
      ...geometry: GroupNumbers
    ): void;
    groupNormParameterGradients(
      x: Handle,
      dy: Handle,
      mean: Handle,
      inverse: Handle,
      dGamma: Handle,
      dBeta: Handle,
      ...geometry: GroupNumbers
    ): void;
  }
}

/** Options of {@link groupNorm}, `layerNorm` and `instanceNorm` that these share. */
export interface NormOptions {
  /** Scale, one number for each normalised channel (layer norm: element); default none. */
  readonly gamma?: Tensor | undefined;
  /** Shift, likewise; default none. */
  readonly beta?: Tensor | undefined;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/** Options of {@link groupNorm}. */
export interface GroupNormOptions extends NormOptions {
  /** Number of groups; divides the channels. */
  readonly groups: number;
}

interface Attributes {
  readonly numbers: GroupNumbers;
  readonly epsilon: number;
  /** Of gamma and beta. */
  readonly shape: Shape;
}

const groupNormOp = defineOp({
  name: 'groupNorm',
  forward([x, gamma, beta]: [Tensor, Tensor | undefined, Tensor | undefined], { numbers, epsilon }: Attributes) {
    const output = empty(x.shape, x.dtype);
    const [batch, , , groups] = numbers;
    const mean = empty([batch, groups], x.dtype);
    const inverse = empty([batch, groups], x.dtype);
    native.groupNorm(
      x.handle,
      gamma?.handle ?? 0,
      beta?.handle ?? 0,
      output.handle,
      mean.handle,
      inverse.handle,
      ...numbers,
      epsilon,
    );
    return { output, saved: { x, gamma, mean, inverse } };
  },
  backward(dy, { x, gamma, mean, inverse }, { numbers, shape }) {
    let gradients: { dGamma: Tensor; dBeta: Tensor } | undefined;
    const parameterGradients = () => {
      if (gradients === undefined) {
        gradients = { dGamma: empty(shape, x.dtype), dBeta: empty(shape, x.dtype) };
        const { dGamma, dBeta } = gradients;
        const handles = [x.handle, dy.handle, mean.handle, inverse.handle, dGamma.handle, dBeta.handle] as const;
        native.groupNormParameterGradients(...handles, ...numbers);
      }
      return gradients;
    };
    const inputGradient = () => {
      const dx = empty(x.shape, x.dtype);
      const handles = [x.handle, dy.handle, gamma?.handle ?? 0, mean.handle, inverse.handle, dx.handle] as const;
      native.groupNormInputGradient(...handles, ...numbers);
      return dx;
    };
    return [inputGradient, () => parameterGradients().dGamma, () => parameterGradients().dBeta];
  },
});

/**
 * Checks gamma, beta and epsilon, and normalises x seen as [batch, pixels, channels] in groups of neighbouring channels.
 * `shape` is that of gamma and beta. @internal
 */
export function normalizeGroups(
  subject: string,
  x: Tensor,
  numbers: GroupNumbers,
  shape: Shape,
  { gamma, beta, epsilon = 1e-5 }: NormOptions,
): Tensor {
  checkNumber(subject, 'epsilon', epsilon, 0);
  for (const [name, value] of Object.entries({ gamma, beta })) {
    if (value === undefined) continue;
    checkFloat(subject, name, value);
    checkSameDType(subject, name, value, 'x', x);
    checkSameShape(subject, name, value, shape);
  }
  return groupNormOp([x, gamma, beta], { numbers, epsilon, shape });
}

/** [batch, pixels, channels] of a tensor [batch, ..., channels]. @throws DTypeError, ShapeError */
export function samplesOf(subject: string, x: Tensor): readonly [batch: number, pixels: number, channels: number] {
  checkFloat(subject, 'x', x);
  const [batch = 0, ...rest] = x.shape;
  const channels = rest.at(-1);
  if (channels === undefined || rest.includes(0))
    throw new ShapeError(`${subject}: x must have shape [batch, ..., channels], but has ${formatShape(x.shape)}`);
  return [batch, elementCount(rest) / channels, channels];
}

/**
 * Group normalisation: each sample's channels, in groups of neighbours, are brought to mean 0 and variance 1 over the
 * group and all pixels, then scaled by gamma and shifted by beta per channel. Wu & He 2018 (arXiv 1803.08494).
 *
 * @param x float tensor [batch, ..., channels]
 * @param options `groups`; `gamma` and `beta` [channels]; `epsilon` 1e-5 by default
 * @throws ShapeError unless groups divide the channels and gamma, beta fit; DTypeError or ArgumentError for invalid options
 * @example
 * const y = ops.groupNorm(x, { groups: 32, gamma, beta });
 */
export function groupNorm(x: Tensor, options: GroupNormOptions): Tensor {
  checkOptions('groupNorm', options, ['groups', 'gamma', 'beta', 'epsilon']);
  checkInteger('groupNorm', 'groups', options.groups);
  const samples = samplesOf('groupNorm', x);
  const channels = samples[2];
  if (channels % options.groups !== 0)
    throw new ShapeError(`groupNorm: x has ${channels} channels, which ${options.groups} groups do not divide`);
  return normalizeGroups('groupNorm', x, [...samples, options.groups], [channels], options);
}
