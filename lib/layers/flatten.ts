// Flatten:  [height, width, channels] → [height · width · channels], row-major, channels innermost.
import { reshape } from '../ops/reshape.js';
import { checkOptions } from '../tensor/arguments.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { ElementCount } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

interface FlattenRule extends ShapeRule {
  readonly output: [ElementCount<this['input']>];
}

/** The layer that `flatten` makes. */
export class Flatten extends Layer<FlattenRule> {
  constructor(options: LayerOptions = {}) {
    checkOptions('flatten', options, ['name']);
    super('flatten', options);
  }

  override outputShape(input: Shape): Shape {
    return [elementCount(input)];
  }

  override forward(x: Tensor): Tensor {
    const [batch = 1, ...rest] = x.shape;
    return reshape(x, [batch, elementCount(rest)]);
  }
}

/**
 * Lays each sample out as one row of features, in memory order (channels innermost).
 *
 * @example
 * layers.flatten() // [7, 7, 512] becomes [25088]
 */
export function flatten(options?: LayerOptions): Flatten {
  return new Flatten(options);
}
