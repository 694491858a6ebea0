// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkStep, type StepOptions, stepNumbers, stepOptions } from './parameter_step.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    adagradStep(
      parameter: Handle, gradient: Handle, squareSum: Handle, scaleTensor: Handle,
      gradientScale: number, decay: number, shrink: number, rate: number, epsilon: number,
    ): void;
  }
}

/** Options of {@link adagradStep}. */
export interface AdagradStepOptions extends StepOptions {
  /** Added to the root; default 1e-10. */
  readonly epsilon?: number;
}

/**
 * Updates a parameter in place by Adagrad: s = s + g², w = w − learningRate · g / (√s + ε).
 *
 * @param squareSum s, zeros (or a small number) before the first step
 * @throws ArgumentError, ShapeError or DTypeError for what does not fit the parameter
 * @example
 * adagradStep(filter, gradient, squareSum, { learningRate: 0.01 });
 */
export function adagradStep(
  parameter: Parameter,
  gradient: Tensor,
  squareSum: Parameter,
  options: AdagradStepOptions,
): void {
  const subject = 'adagradStep';
  checkOptions(subject, options, [...stepOptions, 'epsilon']);
  const { learningRate, epsilon = 1e-10 } = options;
  checkStep(subject, parameter, gradient, { squareSum });
  checkNumber(subject, 'epsilon', epsilon, 0);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  const handles = [parameter.handle, gradient.handle, squareSum.handle, scaleHandle] as const;
  native.adagradStep(...handles, scale, decay, shrink, learningRate, epsilon);
  for (const written of [parameter, squareSum]) written.markWritten();
}
