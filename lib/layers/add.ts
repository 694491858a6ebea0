// Branches added:  y = x₁ + x₂ + …
import { add as addOp } from '../ops/add.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerOptions } from './layer.js';
import { ElementwiseMerge } from './merge.js';

/** The merge that `add` makes. */
export class Add extends ElementwiseMerge<'add'> {
  constructor(options: LayerOptions = {}) {
    checkOptions('add', options, ['name']);
    super('add', options);
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, x) => addOp(sum, x));
  }
}

/**
 * Adds branches of one shape, element by element; for `join`.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const sum = join(layers.add(), [left, right]);
 */
export function add(options?: LayerOptions): Add {
  return new Add(options);
}
