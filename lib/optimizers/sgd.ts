// Stochastic gradient descent as in PyTorch:
//
//   d = g + weightDecay · w
//   v = momentum · v + d                                       (v starts at zero; no dampening)
//   w = w − learningRate · (nesterov ? d + momentum · v : v)
//
// The rate multiplies the whole step: after a drop of the rate all of it shrinks, unlike in Keras and Caffe, where v carries
// the rate it was made with.
import { sgdStep } from '../ops/sgd_step.js';
import { checkBoolean, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { type LearningRate, Optimizer } from './optimizer.js';

/** Options of `sgd`. */
export interface SgdOptions {
  readonly learningRate: LearningRate;
  /** Share of the previous step that goes on, in [0, 1); default 0. */
  readonly momentum?: number;
  /** Whether the gradient is taken to be that ahead of the momentum step; default false. */
  readonly nesterov?: boolean;
  /** L2 penalty: this times the weight is added to the gradient; default 0. */
  readonly weightDecay?: number;
}

class Sgd extends Optimizer {
  protected readonly slotNames: readonly string[];
  readonly #options: { readonly momentum: number; readonly nesterov: boolean; readonly weightDecay: number };

  constructor(options: SgdOptions) {
    checkOptions('sgd', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay']);
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
    super('sgd', learningRate);
    checkNumber('sgd', 'momentum', momentum, 0, 1);
    if (momentum === 1) throw new ArgumentError('sgd: momentum must be below 1, but received 1');
    checkBoolean('sgd', 'nesterov', nesterov);
    if (nesterov && momentum === 0) throw new ArgumentError('sgd: nesterov needs a momentum above 0');
    checkNumber('sgd', 'weightDecay', weightDecay, 0);
    this.slotNames = momentum > 0 ? ['momentum'] : [];
    this.#options = { momentum, nesterov, weightDecay };
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    [velocity]: readonly Parameter[],
    at: { learningRate: number },
  ): void {
    sgdStep(parameter, gradient, velocity, { learningRate: at.learningRate, ...this.#options });
  }
}

/**
 * Stochastic gradient descent, with momentum and weight decay if wanted.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
 * optimizer.step(model.parameters, gradients);
 */
export function sgd(options: SgdOptions): Optimizer {
  return new Sgd(options);
}
