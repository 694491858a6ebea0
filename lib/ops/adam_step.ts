// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkStep, type StepOptions, stepNumbers } from './parameter_step.js';

declare module '../native.js' {
  interface Native {
    adamStep(
      parameter: Handle,
      gradient: Handle,
      mean: Handle,
      meanSquare: Handle,
      scaleTensor: Handle,
      gradientScale: number,
      decay: number,
      shrink: number,
      rate: number,
      beta1: number,
      beta2: number,
      rootScale: number,
      epsilon: number,
    ): void;
  }
}

/** Options of {@link adamStep}. */
export interface AdamStepOptions extends StepOptions {
  /** Which update of this parameter it is: 1, 2, … */
  readonly step: number;
  /** Memory of the mean of gradients, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Memory of the mean of squared gradients, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Added to the bias-corrected root; default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Updates a parameter in place by Adam, in PyTorch's convention: with m and v the running means of the gradient and its
 * square, w = w − learningRate · m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ). Decoupled weight decay makes it AdamW.
 *
 * @param mean m, @param meanSquare v, zeros before the first step
 * @throws ArgumentError, ShapeError or DTypeError for what does not fit the parameter
 * @example
 * adamStep(filter, gradient, mean, meanSquare, { learningRate: 0.001, step: 1 });
 */
export function adamStep(
  parameter: Parameter,
  gradient: Tensor,
  mean: Parameter,
  meanSquare: Parameter,
  options: AdamStepOptions,
): void {
  const subject = 'adamStep';
  checkOptions(subject, options, [
    'learningRate',
    'step',
    'beta1',
    'beta2',
    'epsilon',
    'weightDecay',
    'decoupled',
    'gradientScale',
  ]);
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkStep(subject, parameter, gradient, { mean, meanSquare });
  checkInteger(subject, 'step', step);
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    checkNumber(subject, name, beta, 0, 1);
    if (beta === 1) throw new ArgumentError(`${subject}: ${name} must be below 1, but received 1`);
  }
  checkNumber(subject, 'epsilon', epsilon, 0);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  native.adamStep(
    parameter.handle,
    gradient.handle,
    mean.handle,
    meanSquare.handle,
    scaleHandle,
    scale,
    decay,
    shrink,
    learningRate / (1 - beta1 ** step),
    beta1,
    beta2,
    1 / Math.sqrt(1 - beta2 ** step),
    epsilon,
  );
  for (const written of [parameter, mean, meanSquare]) written.markWritten();
}
