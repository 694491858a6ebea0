// Adagrad (Duchi, Hazan & Singer 2011), as in PyTorch. At a parameter's update t = 1, 2, …:
//
//   g ← g + weightDecay · w        s = s + g²        w = w − learningRate / (1 + (t − 1) · rateDecay) · g / (√s + ε)
import { adagradStep } from '../ops/adagrad_step.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `adagrad`. */
export interface AdagradOptions {
  /** Default 0.01. */
  readonly learningRate?: LearningRate;
  /** How the rate falls with the updates, default 0. */
  readonly rateDecay?: number;
  /** What the sums of squares begin with; default 0, as in PyTorch (Keras' is 0.1). */
  readonly initialSum?: number;
  /** Keeps the division away from zero; default 1e-10. */
  readonly epsilon?: number;
  /** L2 penalty: this times the weight is added to the gradient; default 0. */
  readonly weightDecay?: number;
}

class Adagrad extends Optimizer {
  protected readonly slotNames = ['squareSum'];
  readonly #options: { epsilon: number; weightDecay: number };
  readonly #rateDecay: number;
  readonly #initialSum: number;

  constructor(options: AdagradOptions) {
    checkOptions('adagrad', options, ['learningRate', 'rateDecay', 'initialSum', 'epsilon', 'weightDecay']);
    const { learningRate = 0.01, rateDecay = 0, initialSum = 0, epsilon = 1e-10, weightDecay = 0 } = options;
    super('adagrad', learningRate);
    for (const [name, value] of Object.entries({ rateDecay, initialSum, epsilon, weightDecay }))
      checkNumber('adagrad', name, value, 0);
    this.#options = { epsilon, weightDecay };
    this.#rateDecay = rateDecay;
    this.#initialSum = initialSum;
  }

  protected override initialState(): number {
    return this.#initialSum;
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    { learningRate, gradientScale, updates }: UpdateContext,
  ): void {
    const [squareSum] = slots as readonly [Parameter];
    const rate = learningRate / (1 + (updates - 1) * this.#rateDecay);
    adagradStep(parameter, gradient, squareSum, { ...this.#options, learningRate: rate, gradientScale });
  }
}

/**
 * Adagrad: a rate per weight that falls with the gradients it has seen. For rare features.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = adagrad({ learningRate: 0.05 });
 * optimizer.step(model.parameters, gradients);
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  return new Adagrad(options);
}
