// Branches compared:  y = max(x₁, x₂, …)
import { maximum as maximumOp } from '../ops/maximum.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerOptions } from './layer.js';
import { ElementwiseMerge } from './merge.js';

/** The merge that `maximum` makes. */
export class Maximum extends ElementwiseMerge<'maximum'> {
  constructor(options: LayerOptions = {}) {
    checkOptions('maximum', options, ['name']);
    super('maximum', options);
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((largest, x) => maximumOp(largest, x));
  }
}

/**
 * The largest of branches of one shape, element by element; for `join`. Where two are equal, each gets half of the gradient.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const strongest = join(layers.maximum(), [left, right]);
 */
export function maximum(options?: LayerOptions): Maximum {
  return new Maximum(options);
}
