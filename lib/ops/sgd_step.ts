// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkBoolean, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkStep, type StepOptions, stepNumbers } from './parameter_step.js';

declare module '../native.js' {
  interface Native {
    sgdStep(
      parameter: Handle,
      gradient: Handle,
      velocity: Handle,
      scaleTensor: Handle,
      gradientScale: number,
      decay: number,
      shrink: number,
      rate: number,
      momentum: number,
      nesterov: boolean,
    ): void;
  }
}

/** Options of {@link sgdStep}. */
export interface SgdStepOptions extends StepOptions {
  /** Share of the velocity that goes on; default 0. */
  readonly momentum?: number;
  /** Default false. */
  readonly nesterov?: boolean;
}

/**
 * Updates a parameter in place by stochastic gradient descent, in PyTorch's convention:
 * d = gradientScale · g + weightDecay · w, v = momentum · v + d, w = w − learningRate · (nesterov ? d + momentum · v : v).
 *
 * @param velocity v, zeros before the first step; needed for momentum only
 * @throws ArgumentError, ShapeError or DTypeError for what does not fit the parameter
 * @example
 * sgdStep(filter, gradient, velocity, { learningRate: 0.1, momentum: 0.9 });
 */
export function sgdStep(
  parameter: Parameter,
  gradient: Tensor,
  velocity: Parameter | undefined,
  options: SgdStepOptions,
): void {
  const subject = 'sgdStep';
  checkOptions(subject, options, ['learningRate', 'momentum', 'nesterov', 'weightDecay', 'decoupled', 'gradientScale']);
  const { learningRate, momentum = 0, nesterov = false } = options;
  checkStep(subject, parameter, gradient, velocity === undefined ? {} : { velocity });
  checkNumber(subject, 'momentum', momentum, 0);
  checkBoolean(subject, 'nesterov', nesterov);
  if (velocity === undefined && (momentum > 0 || nesterov))
    throw new ArgumentError(`${subject}: momentum needs a velocity`);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  native.sgdStep(
    parameter.handle,
    gradient.handle,
    velocity?.handle ?? 0,
    scaleHandle,
    scale,
    decay,
    shrink,
    learningRate,
    momentum,
    nesterov,
  );
  parameter.markWritten();
  velocity?.markWritten();
}
