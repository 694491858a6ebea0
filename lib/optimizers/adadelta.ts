// Adadelta (Zeiler 2012, arXiv 1212.5701), as in PyTorch:
//
//   g ← g + weightDecay · w        v = ρ v + (1 − ρ) g²        d = g · √(u + ε) / √(v + ε)
//   u = ρ u + (1 − ρ) d²           w = w − learningRate · d
//
// Kim's sentence classifiers use ρ = 0.95.
import { adadeltaStep } from '../ops/adadelta_step.js';
import { checkShare } from '../ops/parameter_step.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `adadelta`. */
export interface AdadeltaOptions {
  /** Default 1. */
  readonly learningRate?: LearningRate;
  /** Memory of the means of squared gradients and steps, in [0, 1); default 0.9. */
  readonly rho?: number;
  /** Added under both roots, and what the first steps come from; default 1e-6. */
  readonly epsilon?: number;
  /** L2 penalty: this times the weight is added to the gradient; default 0. */
  readonly weightDecay?: number;
}

class Adadelta extends Optimizer {
  protected readonly slotNames = ['meanSquare', 'meanStep'];
  readonly #options: { rho: number; epsilon: number; weightDecay: number };

  constructor(options: AdadeltaOptions) {
    checkOptions('adadelta', options, ['learningRate', 'rho', 'epsilon', 'weightDecay']);
    const { learningRate = 1, rho = 0.9, epsilon = 1e-6, weightDecay = 0 } = options;
    super('adadelta', learningRate);
    checkShare('adadelta', 'rho', rho);
    checkNumber('adadelta', 'epsilon', epsilon, 0);
    checkNumber('adadelta', 'weightDecay', weightDecay, 0);
    this.#options = { rho, epsilon, weightDecay };
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    { learningRate, gradientScale }: UpdateContext,
  ): void {
    const [meanSquare, meanStep] = slots as readonly [Parameter, Parameter];
    adadeltaStep(parameter, gradient, meanSquare, meanStep, { ...this.#options, learningRate, gradientScale });
  }
}

/**
 * Adadelta: steps in the weights' own units, without a learning rate to find.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = adadelta({ rho: 0.95 });
 * optimizer.step(model.parameters, gradients);
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  return new Adadelta(options);
}
