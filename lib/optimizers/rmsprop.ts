// RMSprop (Tieleman & Hinton 2012; centred: Graves 2013, arXiv 1308.0850), as in PyTorch:
//
//   g ← g + weightDecay · w               s = ρ s + (1 − ρ) g²               a = ρ a + (1 − ρ) g if centred, else 0
//   v = momentum · v + g / (√(s − a²) + ε)                                   w = w − learningRate · v
//
// Keras' ρ is 0.9 by default.
import { checkShare } from '../ops/parameter_step.js';
import { rmspropStep } from '../ops/rmsprop_step.js';
import { checkBoolean, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `rmsprop`. */
export interface RmspropOptions {
  /** Default 0.01. */
  readonly learningRate?: LearningRate;
  /** Memory of the mean of squared gradients, in [0, 1); default 0.99. */
  readonly rho?: number;
  /** Keeps the division away from zero; default 1e-8. */
  readonly epsilon?: number;
  /** Share of the previous step that goes on, in [0, 1); default 0. */
  readonly momentum?: number;
  /** Whether gradients are divided by their deviation instead of their root mean square; default false. */
  readonly centered?: boolean;
  /** L2 penalty: this times the weight is added to the gradient; default 0. */
  readonly weightDecay?: number;
}

class Rmsprop extends Optimizer {
  protected readonly slotNames: readonly string[];
  readonly #options: { rho: number; epsilon: number; momentum: number; weightDecay: number };

  constructor(options: RmspropOptions) {
    checkOptions('rmsprop', options, ['learningRate', 'rho', 'epsilon', 'momentum', 'centered', 'weightDecay']);
    const {
      learningRate = 0.01,
      rho = 0.99,
      epsilon = 1e-8,
      momentum = 0,
      centered = false,
      weightDecay = 0,
    } = options;
    super('rmsprop', learningRate);
    checkShare('rmsprop', 'rho', rho);
    checkNumber('rmsprop', 'epsilon', epsilon, 0);
    checkShare('rmsprop', 'momentum', momentum);
    checkBoolean('rmsprop', 'centered', centered);
    checkNumber('rmsprop', 'weightDecay', weightDecay, 0);
    this.slotNames = ['meanSquare', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])];
    this.#options = { rho, epsilon, momentum, weightDecay };
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    { learningRate, gradientScale }: UpdateContext,
  ): void {
    const slot = (name: string) => slots[this.slotNames.indexOf(name)];
    const state = { meanSquare: slots[0] as Parameter, mean: slot('mean'), velocity: slot('momentum') };
    rmspropStep(parameter, gradient, state, { ...this.#options, learningRate, gradientScale });
  }
}

/**
 * RMSprop: gradients divided by their recent root mean square.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = rmsprop({ learningRate: 0.001, rho: 0.9 });
 * optimizer.step(model.parameters, gradients);
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  return new Rmsprop(options);
}
