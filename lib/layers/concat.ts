// Branches joined along the channels, the last axis:  y = [x₁, x₂, …]
import { concat as concatOp } from '../ops/concat.js';
import { checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { JoinedChannels, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerOptions } from './layer.js';
import { firstOf, Merge, type MergeRule } from './merge.js';

interface ConcatRule extends MergeRule {
  readonly output: JoinedChannels<this['left'], this['right']> extends infer Both extends Shape
    ? Both
    : `concat joins along the channels, but ${ShapeText<this['left']>} and ${ShapeText<this['right']>} differ elsewhere`;
}

/** The merge that `concat` makes. */
export class Concat extends Merge<ConcatRule> {
  constructor(options: LayerOptions = {}) {
    checkOptions('concat', options, ['name']);
    super('concat', options);
  }

  override outputShape(inputs: readonly Shape[]): Shape {
    const first = firstOf('concat', inputs);
    for (const shape of inputs) {
      if (shape.length === first.length && shape.length > 0 && sameShape(shape.slice(0, -1), first.slice(0, -1)))
        continue;
      throw new ShapeError(
        `concat: joins along the channels, but ${formatShape(first)} and ${formatShape(shape)} differ elsewhere`,
      );
    }
    return first.with(
      -1,
      inputs.reduce((sum, shape) => sum + (shape.at(-1) as number), 0),
    );
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    return concatOp(inputs, { axis: -1 });
  }
}

/**
 * Joins branches along the last axis, the channels; for `join`. Their other extents must agree.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const both = join(layers.concat(), [left, right]); // [height, width, leftChannels + rightChannels]
 */
export function concat(options?: LayerOptions): Concat {
  return new Concat(options);
}
