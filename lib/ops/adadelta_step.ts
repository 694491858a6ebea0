// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkShare, checkStep, type StepOptions, stepNumbers, stepOptions } from './parameter_step.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    adadeltaStep(
      parameter: Handle, gradient: Handle, meanSquare: Handle, meanStep: Handle, scaleTensor: Handle,
      gradientScale: number, decay: number, shrink: number, rate: number, rho: number, epsilon: number,
    ): void;
  }
}

/** Options of {@link adadeltaStep}. */
export interface AdadeltaStepOptions extends StepOptions {
  /** Memory of both means, in [0, 1); default 0.9. */
  readonly rho?: number;
  /** Added under both roots; default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Updates a parameter in place by Adadelta: v = ρ v + (1 − ρ) g², d = g √(u + ε) / √(v + ε), u = ρ u + (1 − ρ) d²,
 * w = w − learningRate · d.
 *
 * @param meanSquare v, @param meanStep u, zeros before the first step
 * @throws ArgumentError, ShapeError or DTypeError for what does not fit the parameter
 * @example
 * adadeltaStep(filter, gradient, meanSquare, meanStep, { learningRate: 1 });
 */
export function adadeltaStep(
  parameter: Parameter,
  gradient: Tensor,
  meanSquare: Parameter,
  meanStep: Parameter,
  options: AdadeltaStepOptions,
): void {
  const subject = 'adadeltaStep';
  checkOptions(subject, options, [...stepOptions, 'rho', 'epsilon']);
  const { learningRate, rho = 0.9, epsilon = 1e-6 } = options;
  checkStep(subject, parameter, gradient, { meanSquare, meanStep });
  checkShare(subject, 'rho', rho);
  checkNumber(subject, 'epsilon', epsilon, 0);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  const handles = [parameter.handle, gradient.handle, meanSquare.handle, meanStep.handle, scaleHandle] as const;
  native.adadeltaStep(...handles, scale, decay, shrink, learningRate, rho, epsilon);
  for (const written of [parameter, meanSquare, meanStep]) written.markWritten();
}
