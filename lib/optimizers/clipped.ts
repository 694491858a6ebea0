// Gradient clipping, before another optimizer's update:
//
//   value:        g ← min(max(g, −value), value), element by element
//   globalNorm:   g ← g · min(1, globalNorm / (‖g‖ + 1e-6)),   ‖g‖ over the gradients of all parameters together, as in PyTorch
import { add } from '../ops/add.js';
import { clip } from '../ops/clip.js';
import { divide } from '../ops/divide.js';
import { minimum } from '../ops/minimum.js';
import { multiply } from '../ops/multiply.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { norm } from './norms.js';
import type { Optimizer } from './optimizer.js';
import { Wrapper } from './wrapper.js';

/** Options of `clipped`; at least one of them. */
export interface ClippedOptions {
  /** The largest norm of all gradients together. */
  readonly globalNorm?: number;
  /** The largest absolute value of an element; applied first. */
  readonly value?: number;
}

class Clipped extends Wrapper {
  readonly #globalNorm: number | undefined;
  readonly #value: number | undefined;

  constructor(inner: Optimizer, options: ClippedOptions) {
    super('clipped', inner);
    checkOptions('clipped', options, ['globalNorm', 'value']);
    for (const [name, limit] of Object.entries(options)) {
      checkNumber('clipped', name, limit, 0);
      if (limit === 0) throw new ArgumentError(`clipped: ${name} must be above 0, but received 0`);
    }
    if (options.globalNorm === undefined && options.value === undefined)
      throw new ArgumentError('clipped: expected globalNorm or value');
    this.#globalNorm = options.globalNorm;
    this.#value = options.value;
  }

  override step(
    parameters: readonly Parameter[],
    gradients: readonly Tensor[],
    gradientScale: number | Tensor = 1,
  ): void {
    this.check(parameters, gradients);
    scope(() => {
      const [limit, scaled] = [this.#value, gradientScale !== 1];
      const changed = gradients.map((gradient) => {
        const whole = scaled ? multiply(gradient, gradientScale) : gradient;
        return limit === undefined ? whole : clip(whole, -limit, limit);
      });
      super.step(parameters, changed, this.#scale(changed.filter((_, index) => parameters[index]?.trainable)));
    });
    for (const gradient of gradients) gradient.dispose();
  }

  /** What keeps the norm of all gradients within its limit. */
  #scale(gradients: readonly Tensor[]): number | Tensor {
    if (this.#globalNorm === undefined || gradients.length === 0) return 1;
    return minimum(1, divide(this.#globalNorm, add(norm(...gradients), 1e-6)));
  }
}

/**
 * An optimizer whose gradients are clipped first, by value, by the norm of all of them together, or both in this order.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const optimizer = clipped(sgd({ learningRate: 0.1 }), { globalNorm: 1 });
 */
export function clipped(optimizer: Optimizer, options: ClippedOptions): Optimizer {
  return new Clipped(optimizer, options);
}
