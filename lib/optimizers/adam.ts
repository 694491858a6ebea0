// Adam (Kingma & Ba 2014, arXiv 1412.6980) and, with decoupled weight decay, AdamW (Loshchilov & Hutter 2017, arXiv 1711.05101),
// as in PyTorch or Keras. At a parameter's update t = 1, 2, …:
//
//   Adam:  g ← g + weightDecay · w           AdamW:  w ← w · (1 − learningRate · weightDecay)
//   m = β₁ m + (1 − β₁) g                    v = β₂ v + (1 − β₂) g²
//   w = w − learningRate · m̂ / (√v̂ + ε),     m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
//
// In Keras' convention ε joins the root before the correction, which makes it larger in the first steps:
//
//   w = w − learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
import { adamEpsilon, adamStep, type EpsilonConvention } from '../ops/adam_step.js';
import { checkShare } from '../ops/parameter_step.js';
import { checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `adam` and `adamW`. */
export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: LearningRate;
  /** Memory of the mean of gradients, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Memory of the mean of squared gradients, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Keeps the division away from zero; default that of the convention: 1e-8, for `'keras'` 1e-7. */
  readonly epsilon?: number;
  /** Whether epsilon joins the root after the bias correction (`'pytorch'`, the default) or before it (`'keras'`). */
  readonly epsilonConvention?: EpsilonConvention;
  /** Default 0 in `adam` (an L2 penalty in the gradient), 0.01 in `adamW` (a shrinking of the weight itself). */
  readonly weightDecay?: number;
}

const known = ['learningRate', 'beta1', 'beta2', 'epsilon', 'epsilonConvention', 'weightDecay'];

/** The optimizer that `adam` and `adamW` make. @internal */
export class Adam extends Optimizer {
  protected readonly slotNames = ['mean', 'meanSquare'];
  readonly #options: Required<Omit<AdamOptions, 'learningRate'>> & { readonly decoupled: boolean };

  constructor(kind: 'adam' | 'adamW', options: AdamOptions = {}) {
    checkOptions(kind, options, known);
    const decoupled = kind === 'adamW';
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilonConvention = 'pytorch' } = options;
    super(kind, learningRate);
    checkChoice(kind, 'epsilonConvention', epsilonConvention, ['pytorch', 'keras']);
    const { epsilon = adamEpsilon[epsilonConvention], weightDecay = decoupled ? 0.01 : 0 } = options;
    checkShare(kind, 'beta1', beta1);
    checkShare(kind, 'beta2', beta2);
    checkNumber(kind, 'epsilon', epsilon, 0);
    checkNumber(kind, 'weightDecay', weightDecay, 0);
    this.#options = { beta1, beta2, epsilon, epsilonConvention, weightDecay, decoupled };
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    { learningRate, gradientScale, updates: step }: UpdateContext,
  ): void {
    const [mean, meanSquare] = slots as readonly [Parameter, Parameter];
    adamStep(parameter, gradient, mean, meanSquare, { ...this.#options, learningRate, gradientScale, step });
  }
}

/**
 * Adam: every weight moves by about the learning rate, whatever the scale of its gradients.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = adam({ learningRate: 0.001 }); // Keras': adam({ epsilonConvention: 'keras' })
 * optimizer.step(model.parameters, gradients);
 */
export function adam(options?: AdamOptions): Optimizer {
  return new Adam('adam', options);
}
