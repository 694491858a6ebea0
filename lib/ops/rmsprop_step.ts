// Not differentiable: it overwrites a parameter.
import { native } from '../native.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkShare, checkStep, type StepOptions, stepNumbers, stepOptions } from './parameter_step.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    rmspropStep(
      parameter: Handle, gradient: Handle, meanSquare: Handle, mean: Handle, velocity: Handle, scaleTensor: Handle,
      gradientScale: number, decay: number, shrink: number, rate: number,
      rho: number, epsilon: number, momentum: number,
    ): void;
  }
}

/** What RMSprop remembers of a parameter: zeros before the first step. */
export interface RmspropState {
  /** Mean of squared gradients. */
  readonly meanSquare: Parameter;
  /** Mean of gradients, if the gradient's variance is to divide instead of its square. */
  readonly mean?: Parameter | undefined;
  /** For momentum. */
  readonly velocity?: Parameter | undefined;
}

/** Options of {@link rmspropStep}. */
export interface RmspropStepOptions extends StepOptions {
  /** Memory of the means, in [0, 1); default 0.99. */
  readonly rho?: number;
  /** Added to the root; default 1e-8. */
  readonly epsilon?: number;
  /** Share of the velocity that goes on; default 0. */
  readonly momentum?: number;
}

/**
 * Updates a parameter in place by RMSprop: s = ρ s + (1 − ρ) g², v = momentum · v + g / (√(s − a²) + ε),
 * w = w − learningRate · v, with a the mean of gradients where `state.mean` is given, else 0.
 *
 * @throws ArgumentError, ShapeError or DTypeError for what does not fit the parameter
 * @example
 * rmspropStep(filter, gradient, { meanSquare }, { learningRate: 0.001 });
 */
export function rmspropStep(
  parameter: Parameter,
  gradient: Tensor,
  { meanSquare, mean, velocity }: RmspropState,
  options: RmspropStepOptions,
): void {
  const subject = 'rmspropStep';
  checkOptions(subject, options, [...stepOptions, 'rho', 'epsilon', 'momentum']);
  const { learningRate, rho = 0.99, epsilon = 1e-8, momentum = 0 } = options;
  checkStep(subject, parameter, gradient, { meanSquare, ...(mean && { mean }), ...(velocity && { velocity }) });
  checkShare(subject, 'rho', rho);
  checkNumber(subject, 'epsilon', epsilon, 0);
  checkNumber(subject, 'momentum', momentum, 0);
  if (momentum > 0 && velocity === undefined) throw new ArgumentError(`${subject}: momentum needs a velocity`);
  const { scaleHandle, scale, decay, shrink } = stepNumbers(subject, parameter, options);
  const state = [meanSquare.handle, mean?.handle ?? 0, velocity?.handle ?? 0] as const;
  const numbers = [scale, decay, shrink, learningRate, rho, epsilon, momentum] as const;
  native.rmspropStep(parameter.handle, gradient.handle, ...state, scaleHandle, ...numbers);
  for (const written of [parameter, meanSquare, mean, velocity]) written?.markWritten();
}
