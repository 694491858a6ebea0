// Exponential moving average (EMA) of the weights, after each update of another optimizer:
//
//   average = average + (1 − decay) · (w − average)              (average = w before the first update)
import { averageStep } from '../ops/average_step.js';
import { checkShare } from '../ops/parameter_step.js';
import { checkOptions } from '../tensor/arguments.js';
import { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Optimizer } from './optimizer.js';
import { Wrapper } from './wrapper.js';

/** Options of `averaged`. */
export interface AveragedOptions {
  /** Memory of the average, in [0, 1): it spans about 1 / (1 − decay) updates; default 0.999. */
  readonly decay?: number;
}

/** The optimizer that `averaged` makes. */
export class Averaged extends Wrapper {
  protected override readonly slotNames = ['average'];
  readonly #rate: number;

  /** @internal */
  constructor(inner: Optimizer, options: AveragedOptions) {
    super('averaged', inner);
    checkOptions('averaged', options, ['decay']);
    const { decay = 0.999 } = options;
    checkShare('averaged', 'decay', decay);
    this.#rate = 1 - decay;
  }

  override step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale?: number | Tensor): void {
    this.check(parameters, gradients);
    const trainable = parameters.filter((parameter) => parameter.trainable);
    this.prepare(parameters); // keeps the weights as they are before the first update
    super.step(parameters, gradients, gradientScale);
    for (const parameter of trainable) averageStep(this.slotsOf(parameter)[0] as Parameter, parameter, this.#rate);
  }

  /**
   * Exchanges the weights of trainable parameters with their averages, in place; a second call brings them back.
   *
   * @example
   * optimizer.swap(model.parameters);
   * const scores = await evaluate(model, test, { loss });
   * optimizer.swap(model.parameters); // before training goes on
   */
  swap(parameters: readonly Parameter[]): void {
    for (const parameter of parameters.filter(({ trainable }) => trainable)) {
      const [average] = this.slotsOf(parameter) as readonly [Parameter];
      const { name, shape, dtype } = parameter;
      using weights = new Parameter(`${name}.weights`, shape, { dtype, trainable: false });
      weights.assign(parameter);
      parameter.assign(average);
      average.assign(weights);
    }
  }

  protected override initialState(_slot: string, parameter: Parameter): Tensor {
    return parameter;
  }
}

/**
 * An optimizer that keeps a moving average of the weights, which often tests better than the weights themselves. Running
 * statistics are not averaged: they are averages already.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = averaged(adam(), { decay: 0.999 });
 * await fit(model, train, { epochs: 3, optimizer, loss });
 * optimizer.swap(model.parameters); // the averages become the weights
 */
export function averaged(optimizer: Optimizer, options: AveragedOptions = {}): Averaged {
  return new Averaged(optimizer, options);
}
