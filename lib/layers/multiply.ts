// Branches multiplied:  y = x₁ · x₂ · …
import { multiply as multiplyOp } from '../ops/multiply.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerOptions } from './layer.js';
import { ElementwiseMerge } from './merge.js';

/** The merge that `multiply` makes. */
export class Multiply extends ElementwiseMerge<'multiply'> {
  constructor(options: LayerOptions = {}) {
    checkOptions('multiply', options, ['name']);
    super('multiply', options);
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((product, x) => multiplyOp(product, x));
  }
}

/**
 * Multiplies branches of one shape, element by element; for `join`.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const gated = join(layers.multiply(), [features, gate]);
 */
export function multiply(options?: LayerOptions): Multiply {
  return new Multiply(options);
}
