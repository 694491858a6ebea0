// LAMB (You et al. 2019, arXiv 1904.00962): Adam's step, decay included, at the size of each layer's weights. With m̂ and v̂ as in
// adam.ts:
//
//   r = m̂ / (√v̂ + ε) + weightDecay · w               w = w − learningRate · ‖w‖ / ‖r‖ · r, the ratio being 1 where a norm is 0
//
// Parameters of fewer than two axes (biases, batch norm) have ratio 1.
import { adamStep } from '../ops/adam_step.js';
import { multiply } from '../ops/multiply.js';
import { checkShare } from '../ops/parameter_step.js';
import { sgdStep } from '../ops/sgd_step.js';
import { subtract } from '../ops/subtract.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { Parameter } from '../tensor/parameter.js';
import { type Tensor, zeros } from '../tensor/tensor.js';
import { norm, trustRatio } from './norms.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `lamb`. */
export interface LambOptions {
  /** Default 0.001. */
  readonly learningRate?: LearningRate;
  /** Memory of the mean of gradients, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Memory of the mean of squared gradients, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Keeps the division away from zero; default 1e-6. */
  readonly epsilon?: number;
  /** Default 0. */
  readonly weightDecay?: number;
}

class Lamb extends Optimizer {
  protected readonly slotNames = ['mean', 'meanSquare'];
  readonly #options: { beta1: number; beta2: number; epsilon: number };
  readonly #weightDecay: number;

  constructor(options: LambOptions) {
    checkOptions('lamb', options, ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay']);
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-6, weightDecay = 0 } = options;
    super('lamb', learningRate);
    checkShare('lamb', 'beta1', beta1);
    checkShare('lamb', 'beta2', beta2);
    checkNumber('lamb', 'epsilon', epsilon, 0);
    checkNumber('lamb', 'weightDecay', weightDecay, 0);
    this.#options = { beta1, beta2, epsilon };
    this.#weightDecay = weightDecay;
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    { learningRate, gradientScale, updates }: UpdateContext,
  ): void {
    const [mean, meanSquare] = slots as readonly [Parameter, Parameter];
    const { name, shape, dtype } = parameter;
    using origin = new Parameter(`${name}.step`, shape, { dtype: dtype as 'float32' | 'float64' });
    origin.assign(zeros(shape, dtype));
    adamStep(origin, gradient, mean, meanSquare, { ...this.#options, learningRate: 1, gradientScale, step: updates });
    const step = subtract(multiply(parameter, this.#weightDecay), origin); // Adam, from zero at rate 1, went to −m̂ / (√v̂ + ε)
    const ratio = shape.length < 2 ? 1 : trustRatio(norm(parameter), norm(step));
    sgdStep(parameter, step, undefined, { learningRate, gradientScale: ratio });
  }
}

/**
 * LAMB: Adam whose steps are in proportion to each layer's weights. For very large batches.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = lamb({ learningRate: 0.01, weightDecay: 0.01 });
 * optimizer.step(model.parameters, gradients);
 */
export function lamb(options: LambOptions = {}): Optimizer {
  return new Lamb(options);
}
