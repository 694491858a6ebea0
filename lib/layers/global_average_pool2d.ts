// Global average pooling:  [height, width, channels] → [channels]. Lin et al. 2013 (arXiv 1312.4400).
import { globalAveragePool2d as globalAveragePool2dOp } from '../ops/global_average_pool2d.js';
import { checkOptions } from '../tensor/arguments.js';
import type { ImageChannels } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

interface GlobalAveragePool2dRule extends ShapeRule {
  readonly output: ImageChannels<'globalAveragePool2d', this['input']>;
}

/** The layer that `globalAveragePool2d` makes. */
export class GlobalAveragePool2d extends Layer<GlobalAveragePool2dRule> {
  constructor(options: LayerOptions = {}) {
    checkOptions('globalAveragePool2d', options, ['name']);
    super('globalAveragePool2d', options);
  }

  override outputShape(input: Shape): Shape {
    return [checkImage('globalAveragePool2d', input)[2]];
  }

  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return globalAveragePool2dOp(x);
  }
}

/**
 * The mean of each channel over the whole image: [height, width, channels] becomes [channels].
 *
 * @example
 * layers.globalAveragePool2d()
 */
export function globalAveragePool2d(options?: LayerOptions): GlobalAveragePool2d {
  return new GlobalAveragePool2d(options);
}
