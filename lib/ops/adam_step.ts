// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkShare, checkStep, type StepOptions, stepNumbers, stepOptions } from './parameter_step.js';

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
  /** Keeps the division away from zero; default 1e-8, for `'keras'` 1e-7. */
  readonly epsilon?: number;
  /** Which of the two formulas below; default `'pytorch'`. */
  readonly epsilonConvention?: EpsilonConvention;
}

/**
 * Whether ε joins the bias-corrected root of the squares' mean (`'pytorch'`), or the root as it is (`'keras'`; "epsilon hat" in the
 * paper), where it weighs 1 / √(1 − β₂ᵗ) times as much: 32 times at the first step. The same without ε, and in the long run.
 */
export type EpsilonConvention = 'pytorch' | 'keras';

/** The ε of Adam's conventions where none is given. @internal */
export const adamEpsilon = { pytorch: 1e-8, keras: 1e-7 } as const;

/**
 * Updates a parameter in place by Adam: with m and v the running means of the gradient and its square,
 *
 * - PyTorch's convention: w = w − learningRate · m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ);
 * - Keras' convention: w = w − learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε).
 *
 * Decoupled weight decay makes it AdamW.
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
  checkOptions(subject, options, [...stepOptions, 'step', 'beta1', 'beta2', 'epsilon', 'epsilonConvention']);
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilonConvention = 'pytorch' } = options;
  checkChoice(subject, 'epsilonConvention', epsilonConvention, ['pytorch', 'keras']);
  const { epsilon = adamEpsilon[epsilonConvention] } = options;
  checkStep(subject, parameter, gradient, { mean, meanSquare });
  checkInteger(subject, 'step', step);
  checkShare(subject, 'beta1', beta1);
  checkShare(subject, 'beta2', beta2);
  checkNumber(subject, 'epsilon', epsilon, 0);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  const [rate, root] = [learningRate / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step)];
  const keras = epsilonConvention === 'keras';
  native.adamStep(
    parameter.handle,
    gradient.handle,
    mean.handle,
    meanSquare.handle,
    scaleHandle,
    scale,
    decay,
    shrink,
    keras ? rate * root : rate,
    beta1,
    beta2,
    keras ? 1 : 1 / root,
    epsilon,
  );
  for (const written of [parameter, mean, meanSquare]) written.markWritten();
}
