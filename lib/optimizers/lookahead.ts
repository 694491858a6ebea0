// Lookahead (Zhang et al. 2019, arXiv 1907.08610): every `every` updates of another optimizer
//
//   slow = slow + rate · (w − slow),   w = slow              (slow = w at first)
import { averageStep } from '../ops/average_step.js';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Optimizer } from './optimizer.js';
import { Wrapper } from './wrapper.js';

/** Options of `lookahead`. */
export interface LookaheadOptions {
  /** Updates between two steps of the slow weights, default 5. */
  readonly every?: number;
  /** How far they go each time, from 0 to 1, or a function of the updates done; default 0.5. */
  readonly rate?: number | ((step: number) => number);
}

class Lookahead extends Wrapper {
  protected override readonly slotNames = ['slow'];
  readonly #every: number;
  readonly #rate: number | ((step: number) => number);

  constructor(inner: Optimizer, options: LookaheadOptions) {
    super('lookahead', inner);
    checkOptions('lookahead', options, ['every', 'rate']);
    const { every = 5, rate = 0.5 } = options;
    checkInteger('lookahead', 'every', every);
    if (typeof rate !== 'function') checkNumber('lookahead', 'rate', rate, 0, 1);
    this.#every = every;
    this.#rate = rate;
  }

  override step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale?: number | Tensor): void {
    this.check(parameters, gradients);
    const trainable = parameters.filter((parameter) => parameter.trainable);
    this.prepare(parameters); // keeps the weights as they are before the first update
    const rate = this.#rateAfter(this.steps + 1);
    super.step(parameters, gradients, gradientScale);
    if (rate === undefined) return;
    for (const parameter of trainable) averageStep(this.slotsOf(parameter)[0] as Parameter, parameter, rate, true);
  }

  /** How far the slow weights go after so many updates, if they do. */
  #rateAfter(updates: number): number | undefined {
    if (updates % this.#every !== 0) return undefined;
    const rate = typeof this.#rate === 'function' ? this.#rate(updates) : this.#rate;
    checkNumber('lookahead', `the rate after ${updates} updates`, rate, 0, 1);
    return rate;
  }

  protected override initialState(_slot: string, parameter: Parameter): Tensor {
    return parameter;
  }
}

/**
 * An optimizer that runs ahead a few updates and then goes back part of the way: less variance.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = lookahead(sgd({ learningRate: 0.1, momentum: 0.85, nesterov: true }), { every: 5, rate: 0.25 });
 */
export function lookahead(optimizer: Optimizer, options: LookaheadOptions = {}): Optimizer {
  return new Lookahead(optimizer, options);
}
