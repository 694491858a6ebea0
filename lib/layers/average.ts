// Branches averaged:  y = (x₁ + x₂ + … + xₙ) / n
import { add } from '../ops/add.js';
import { divide } from '../ops/divide.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerOptions } from './layer.js';
import { ElementwiseMerge } from './merge.js';

/** The merge that `average` makes. */
export class Average extends ElementwiseMerge<'average'> {
  constructor(options: LayerOptions = {}) {
    checkOptions('average', options, ['name']);
    super('average', options);
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    return divide(
      inputs.reduce((sum, x) => add(sum, x)),
      inputs.length,
    );
  }
}

/**
 * The mean of branches of one shape, element by element; for `join`.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const logits = join(layers.average(), [first, second, third]);
 */
export function average(options?: LayerOptions): Average {
  return new Average(options);
}
