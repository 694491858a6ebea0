import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkBoolean, checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkSameDType, checkSameShape, checkWide } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { Parameter } from '../tensor/parameter.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { checkFusedActivation, epilogueGradient, type FusedActivation, once } from './epilogue.js';

declare module '../native.js' {
  interface Native {
    /** Writes y, mean and inverse = 1 / √(variance + epsilon); in training also the running statistics. */
    batchNorm(
      x: Handle,
      gamma: Handle,
      beta: Handle,
      runningMean: Handle,
      runningVariance: Handle,
      y: Handle,
      mean: Handle,
      inverse: Handle,
      training: boolean,
      momentum: number,
      epsilon: number,
      unbiased: boolean,
      relu: boolean,
    ): void;
    batchNormParameterGradients(
      x: Handle,
      dy: Handle,
      gamma: Handle,
      beta: Handle,
      mean: Handle,
      inverse: Handle,
      dGamma: Handle,
      dBeta: Handle,
      relu: boolean,
    ): void;
    /** In training. */
    batchNormInputGradient(
      x: Handle,
      dy: Handle,
      gamma: Handle,
      beta: Handle,
      mean: Handle,
      inverse: Handle,
      dGamma: Handle,
      dBeta: Handle,
      dx: Handle,
      relu: boolean,
    ): void;
    /** In evaluation. */
    batchNormScaleGradient(dy: Handle, gamma: Handle, inverse: Handle, dx: Handle): void;
  }
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Whether to normalise by the batch's statistics and update the running ones, or to normalise by the running ones. */
  readonly training: boolean;
  /** Weight of the batch in the running statistics (PyTorch's convention; Keras' momentum is 1 minus this); default 0.1. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** Which variance of the batch the running one follows; default `'pytorch'`. */
  readonly varianceConvention?: VarianceConvention;
  /** Applied as the output is written: `'none'` (default) or `'relu'`. */
  readonly activation?: FusedActivation;
}

/**
 * Whether the running variance follows the batch's unbiased variance, Σ (x − mean)² / (N − 1) over N values per channel
 * (`'pytorch'`; also TensorFlow's fused kernel), or the biased one, Σ (x − mean)² / N, that normalises the batch (`'keras'`).
 */
export type VarianceConvention = 'pytorch' | 'keras';

interface Attributes extends Required<BatchNormOptions> {
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
}

const batchNormOp = defineOp({
  name: 'batchNorm',
  forward([x, gamma, beta]: [Tensor, Tensor, Tensor], attributes: Attributes) {
    const { runningMean, runningVariance, training, momentum, epsilon, varianceConvention, activation } = attributes;
    const output = empty(x.shape, x.dtype);
    const mean = empty(gamma.shape, gamma.dtype);
    const inverse = empty(gamma.shape, gamma.dtype);
    native.batchNorm(
      x.handle,
      gamma.handle,
      beta.handle,
      runningMean.handle,
      runningVariance.handle,
      output.handle,
      mean.handle,
      inverse.handle,
      training,
      momentum,
      epsilon,
      varianceConvention === 'pytorch',
      activation === 'relu',
    );
    return { output, saved: { x, gamma, beta, mean, inverse, y: activation === 'none' ? undefined : output } };
  },
  bfloat16: { inputs: [0] },
  backward(dy, { x, gamma, beta, mean, inverse, y }, { training, activation }, pass) {
    const masks = activation === 'relu' && training && pass.rectifier === 'backprop'; // in the gradients' own passes
    const dz = once(() => (masks ? dy : epilogueGradient(activation, y, dy, pass)));
    const statistics = [gamma.handle, beta.handle, mean.handle, inverse.handle] as const;
    const byParameters = once(() => {
      const [dGamma, dBeta] = [empty(gamma.shape, gamma.dtype), empty(gamma.shape, gamma.dtype)];
      native.batchNormParameterGradients(x.handle, dz().handle, ...statistics, dGamma.handle, dBeta.handle, masks);
      return { dGamma, dBeta };
    });
    const inputGradient = () => {
      const dx = empty(x.shape, x.dtype);
      if (training) {
        const { dGamma, dBeta } = byParameters();
        const sums = [dGamma.handle, dBeta.handle] as const;
        native.batchNormInputGradient(x.handle, dz().handle, ...statistics, ...sums, dx.handle, masks);
      } else native.batchNormScaleGradient(dz().handle, gamma.handle, inverse.handle, dx.handle);
      return dx;
    };
    return [inputGradient, () => byParameters().dGamma, () => byParameters().dBeta];
  },
});

/**
 * Batch normalisation: γ · (x − mean) / √(variance + ε) + β for each channel, the last axis.
 *
 * In training mean and variance are the batch's, and the running statistics follow them in place:
 * running ← (1 − momentum) · running + momentum · batch, the variance by `varianceConvention`. Ioffe & Szegedy 2015
 * (arXiv 1502.03167).
 *
 * @param x float tensor [..., channels]
 * @param gamma scale [channels] @param beta shift [channels]
 * @param runningMean, runningVariance [channels], of x's dtype; parameters in training
 * @throws ShapeError, DTypeError or ArgumentError for inputs that do not fit; ShapeError in training with one value per channel
 * @example
 * const y = ops.batchNorm(x, gamma, beta, runningMean, runningVariance, { training: true });
 */
export function batchNorm(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  runningMean: Tensor,
  runningVariance: Tensor,
  options: BatchNormOptions,
): Tensor {
  const subject = 'batchNorm';
  checkOptions(subject, options, ['training', 'momentum', 'epsilon', 'varianceConvention', 'activation']);
  const { training, momentum = 0.1, epsilon = 1e-5, varianceConvention = 'pytorch', activation = 'none' } = options;
  checkBoolean(subject, 'training', training);
  checkNumber(subject, 'momentum', momentum, 0, 1);
  checkNumber(subject, 'epsilon', epsilon, 0);
  checkChoice(subject, 'varianceConvention', varianceConvention, ['pytorch', 'keras']);
  checkFusedActivation(subject, activation);
  checkFloat(subject, 'x', x);
  const channels = x.shape.at(-1) ?? 0;
  if (channels === 0)
    throw new ShapeError(`${subject}: x must have shape [..., channels], but has ${formatShape(x.shape)}`);
  for (const [name, value] of Object.entries({ gamma, beta, runningMean, runningVariance })) {
    if (name === 'gamma' || name === 'beta') checkFloat(subject, name, value);
    else checkWide(subject, name, value); // read where they are
    checkSameDType(subject, name, value, 'x', x);
    checkSameShape(subject, name, value, [channels]);
  }
  const statistics = [runningMean, runningVariance];
  if (training) {
    if (elementCount(x.shape) / channels < 2)
      throw new ShapeError(
        `${subject}: training needs at least two values per channel, but x has shape ${formatShape(x.shape)}`,
      );
    if (statistics.some((value) => !(value instanceof Parameter)))
      throw new ArgumentError(
        `${subject}: runningMean and runningVariance must be parameters in training, which updates them`,
      );
  }
  const attributes = { runningMean, runningVariance, training, momentum, epsilon, varianceConvention, activation };
  const output = batchNormOp([x, gamma, beta], attributes);
  if (training) for (const value of statistics) (value as Parameter).markWritten();
  return output;
}
