// Stochastic gradient descent, with d = g + weightDecay · w and v zero at first, in one of two conventions:
//
//   'pytorch'   v = momentum · v + d                   w = w − learningRate · (nesterov ? d + momentum · v : v)
//   'keras'     v = momentum · v + learningRate · d    w = w − (nesterov ? learningRate · d + momentum · v : v)
//
// In PyTorch's the rate multiplies the whole step: after a drop of the rate all of it shrinks. In Keras', which is also that of
// Caffe and of AlexNet (with v of the other sign), v carries the rates it was made with. No dampening in either.
import { type MomentumConvention, sgdStep } from '../ops/sgd_step.js';
import { checkBoolean, checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `sgd`. */
export interface SgdOptions {
  readonly learningRate: LearningRate;
  /** Share of the previous step that goes on, in [0, 1); default 0. */
  readonly momentum?: number;
  /** Whether the gradient is taken to be that ahead of the momentum step; default false. */
  readonly nesterov?: boolean;
  /** L2 penalty: this times the weight is added to the gradient; default 0. */
  readonly weightDecay?: number;
  /** Whether weight decay shrinks the weight by learningRate · weightDecay instead; default false. */
  readonly decoupled?: boolean;
  /** Whether a change of the learning rate acts on past gradients, too (`'pytorch'`, the default), or not (`'keras'`). */
  readonly momentumConvention?: MomentumConvention;
}

const known = ['learningRate', 'momentum', 'nesterov', 'weightDecay', 'decoupled', 'momentumConvention'];

class Sgd extends Optimizer {
  protected readonly slotNames: readonly string[];
  readonly #options: Required<Omit<SgdOptions, 'learningRate'>>;

  constructor(options: SgdOptions) {
    checkOptions('sgd', options, known);
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0, decoupled = false } = options;
    const { momentumConvention = 'pytorch' } = options;
    super('sgd', learningRate);
    checkNumber('sgd', 'momentum', momentum, 0, 1);
    if (momentum === 1) throw new ArgumentError('sgd: momentum must be below 1, but received 1');
    checkBoolean('sgd', 'nesterov', nesterov);
    if (nesterov && momentum === 0) throw new ArgumentError('sgd: nesterov needs a momentum above 0');
    checkNumber('sgd', 'weightDecay', weightDecay, 0);
    checkBoolean('sgd', 'decoupled', decoupled);
    checkChoice('sgd', 'momentumConvention', momentumConvention, ['pytorch', 'keras']);
    this.slotNames = momentum > 0 ? ['momentum'] : [];
    this.#options = { momentum, nesterov, weightDecay, decoupled, momentumConvention };
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    [velocity]: readonly Parameter[],
    { learningRate, gradientScale }: UpdateContext,
  ): void {
    sgdStep(parameter, gradient, velocity, { learningRate, gradientScale, ...this.#options });
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
