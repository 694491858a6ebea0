// Max-norm constraint (Srivastava et al. 2014), after another optimizer's update: for each unit u, with w(·, u) the weights that
// lead to it (the last axis being that of units),
//
//   w(·, u) ← w(·, u) · min(1, limit / ‖w(·, u)‖)
import { divide } from '../ops/divide.js';
import { maximum } from '../ops/maximum.js';
import { minimum } from '../ops/minimum.js';
import { multiply } from '../ops/multiply.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { sum } from '../ops/sum.js';
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Optimizer } from './optimizer.js';
import { Wrapper } from './wrapper.js';

/** Options of `maxNorm`. */
export interface MaxNormOptions {
  /** The largest norm of the weights that lead to a unit. */
  readonly limit: number;
  /** Which parameters are held to it; default all of at least two axes. */
  readonly parameters?: (parameter: Parameter) => boolean;
}

class MaxNorm extends Wrapper {
  readonly #limit: number;
  readonly #held: (parameter: Parameter) => boolean;

  constructor(inner: Optimizer, options: MaxNormOptions) {
    super('maxNorm', inner);
    checkOptions('maxNorm', options, ['limit', 'parameters']);
    const { limit, parameters = () => true } = options;
    checkNumber('maxNorm', 'limit', limit, 0);
    if (limit === 0) throw new ArgumentError('maxNorm: limit must be above 0, but received 0');
    if (typeof parameters !== 'function')
      throw new ArgumentError(
        `maxNorm: parameters must be a function that takes or refuses one, but received ${show(parameters)}`,
      );
    this.#limit = limit;
    this.#held = parameters;
  }

  override step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale?: number | Tensor): void {
    super.step(parameters, gradients, gradientScale);
    for (const parameter of parameters)
      if (parameter.trainable && parameter.shape.length >= 2 && this.#held(parameter))
        scope(() => this.#hold(parameter));
  }

  #hold(parameter: Parameter): void {
    const axes = [...parameter.shape.keys()].slice(0, -1);
    const norms = sqrt(sum(square(parameter), { axes, keepDims: true }));
    parameter.assign(multiply(parameter, minimum(1, divide(this.#limit, maximum(norms, this.#limit / 2)))));
  }
}

/**
 * An optimizer after whose updates no unit's incoming weights have a norm above `limit`. Vectors such as biases stay as they are.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const output = ({ name }) => name === 'output.weights';
 * const optimizer = maxNorm(adadelta({ rho: 0.95 }), { limit: 3, parameters: output });
 */
export function maxNorm(optimizer: Optimizer, options: MaxNormOptions): Optimizer {
  return new MaxNorm(optimizer, options);
}
