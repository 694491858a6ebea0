// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkBoolean, checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkStep, type StepOptions, stepNumbers, stepOptions } from './parameter_step.js';

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
  /** Which of the two formulas below; default `'pytorch'`. */
  readonly momentumConvention?: MomentumConvention;
}

/**
 * Whether the velocity is a sum of gradients, which the learning rate multiplies as a whole (`'pytorch'`), or a sum of steps,
 * each with the rate it was made with (`'keras'`; also Caffe and AlexNet). The same while the rate is.
 */
export type MomentumConvention = 'pytorch' | 'keras';

/**
 * Updates a parameter in place by stochastic gradient descent: with d = gradientScale · g + weightDecay · w,
 *
 * - PyTorch's convention: v = momentum · v + d, w = w − learningRate · (nesterov ? d + momentum · v : v);
 * - Keras' convention: v = momentum · v + learningRate · d, w = w − (nesterov ? learningRate · d + momentum · v : v).
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
  checkOptions(subject, options, [...stepOptions, 'momentum', 'nesterov', 'momentumConvention']);
  const { learningRate, momentum = 0, nesterov = false, momentumConvention = 'pytorch' } = options;
  checkStep(subject, parameter, gradient, velocity === undefined ? {} : { velocity });
  checkNumber(subject, 'momentum', momentum, 0);
  checkBoolean(subject, 'nesterov', nesterov);
  checkChoice(subject, 'momentumConvention', momentumConvention, ['pytorch', 'keras']);
  if (velocity === undefined && (momentum > 0 || nesterov))
    throw new ArgumentError(`${subject}: momentum needs a velocity`);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  // Keras' velocity sums up steps: the rate joins d, and what follows is the same.
  const early = momentumConvention === 'keras' ? learningRate : 1;
  native.sgdStep(
    parameter.handle,
    gradient.handle,
    velocity?.handle ?? 0,
    scaleHandle,
    scale * early,
    decay * early,
    shrink,
    momentumConvention === 'keras' ? 1 : learningRate,
    momentum,
    nesterov,
  );
  parameter.markWritten();
  velocity?.markWritten();
}
