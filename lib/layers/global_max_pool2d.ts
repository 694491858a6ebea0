// Global max pooling:  [height, width, channels] → [channels].
import { globalMaxPool2d as globalMaxPool2dOp } from '../ops/global_max_pool2d.js';
import { checkOptions } from '../tensor/arguments.js';
import type { ImageChannels } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

interface GlobalMaxPool2dRule extends ShapeRule {
  readonly output: ImageChannels<'globalMaxPool2d', this['input']>;
}

/** The layer that `globalMaxPool2d` makes. */
export class GlobalMaxPool2d extends Layer<GlobalMaxPool2dRule> {
  constructor(options: LayerOptions = {}) {
    checkOptions('globalMaxPool2d', options, ['name']);
    super('globalMaxPool2d', options);
  }

  override outputShape(input: Shape): Shape {
    return [checkImage('globalMaxPool2d', input)[2]];
  }

  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return globalMaxPool2dOp(x);
  }
}

/**
 * The maximum of each channel over the whole image: [height, width, channels] becomes [channels].
 *
 * @example
 * layers.globalMaxPool2d()
 */
export function globalMaxPool2d(options?: LayerOptions): GlobalMaxPool2d {
  return new GlobalMaxPool2d(options);
}
