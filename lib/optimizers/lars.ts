// Layer-wise adaptive rate scaling (You, Gitman & Ginsburg 2017, arXiv 1708.03888):
//
//   ratio = trustCoefficient · ‖w‖ / (‖g‖ + weightDecay · ‖w‖), 1 where a norm is 0
//   v = momentum · v + learningRate · ratio · (g + weightDecay · w)               w = w − v
//
// Parameters of fewer than two axes (biases, batch norm) have ratio 1.
import { add } from '../ops/add.js';
import { multiply } from '../ops/multiply.js';
import { checkShare } from '../ops/parameter_step.js';
import { sgdStep } from '../ops/sgd_step.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { norm, trustRatio } from './norms.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `lars`. */
export interface LarsOptions {
  readonly learningRate: LearningRate;
  /** Share of the previous step that goes on, in [0, 1); default 0.9. */
  readonly momentum?: number;
  /** L2 penalty: this times the weight is added to the gradient; default 0. */
  readonly weightDecay?: number;
  /** Relative size of a layer's step at learning rate 1, default 0.001. */
  readonly trustCoefficient?: number;
}

class Lars extends Optimizer {
  protected readonly slotNames = ['momentum'];
  readonly #options: { momentum: number; weightDecay: number; trustCoefficient: number };

  constructor(options: LarsOptions) {
    checkOptions('lars', options, ['learningRate', 'momentum', 'weightDecay', 'trustCoefficient']);
    const { learningRate, momentum = 0.9, weightDecay = 0, trustCoefficient = 0.001 } = options;
    super('lars', learningRate);
    checkShare('lars', 'momentum', momentum);
    checkNumber('lars', 'weightDecay', weightDecay, 0);
    checkNumber('lars', 'trustCoefficient', trustCoefficient, 0);
    this.#options = { momentum, weightDecay, trustCoefficient };
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    [velocity]: readonly Parameter[],
    { learningRate, gradientScale }: UpdateContext,
  ): void {
    const { momentum, weightDecay, trustCoefficient } = this.#options;
    const scaled = gradientScale === 1 ? gradient : multiply(gradient, gradientScale);
    const step = add(scaled, multiply(parameter, weightDecay));
    sgdStep(parameter, step, velocity, {
      learningRate,
      momentum,
      momentumConvention: 'keras',
      gradientScale: parameter.shape.length < 2 ? 1 : this.#ratio(parameter, scaled, weightDecay, trustCoefficient),
    });
  }

  #ratio(parameter: Parameter, gradient: Tensor, weightDecay: number, trustCoefficient: number): Tensor {
    const size = norm(parameter);
    return trustRatio(multiply(size, trustCoefficient), add(norm(gradient), multiply(size, weightDecay)));
  }
}

/**
 * LARS: SGD whose steps are in proportion to each layer's weights. For very large batches.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const optimizer = lars({ learningRate: 8, weightDecay: 1e-4 });
 * optimizer.step(model.parameters, gradients);
 */
export function lars(options: LarsOptions): Optimizer {
  return new Lars(options);
}
