// Adaptive max pooling:  [height, width, channels] → [outputSize, outputSize, channels], as in PyTorch.
import { adaptiveMaxPool2d as adaptiveMaxPool2dOp } from '../ops/adaptive_max_pool2d.js';
import { checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import type { Resized } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { AdaptivePool2dOptions } from './adaptive_average_pool2d.js';
import { checkImage } from './image.js';
import { Layer } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

interface AdaptiveMaxPool2dRule<Size extends Pair> extends ShapeRule {
  readonly output: Resized<'adaptiveMaxPool2d', this['input'], Size>;
}

/** The layer that `adaptiveMaxPool2d` makes. */
export class AdaptiveMaxPool2d<Size extends Pair = Pair> extends Layer<AdaptiveMaxPool2dRule<Size>> {
  readonly outputSize: readonly [number, number];

  constructor(options: AdaptivePool2dOptions) {
    checkOptions('adaptiveMaxPool2d', options, ['name', 'outputSize']);
    super('adaptiveMaxPool2d', options);
    this.outputSize = toPair('adaptiveMaxPool2d', 'outputSize', options.outputSize);
  }

  override outputShape(input: Shape): Shape {
    return [...this.outputSize, checkImage('adaptiveMaxPool2d', input)[2]];
  }

  /** Windows differ in extent: what a unit sees is not one field. */
  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool2dOp(x, { outputSize: this.outputSize });
  }
}

/**
 * The maximum of windows that divide the image into `outputSize` parts, whatever its size.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.adaptiveMaxPool2d({ outputSize: 6 })
 */
export function adaptiveMaxPool2d<const Size extends Pair>(
  options: AdaptivePool2dOptions<Size>,
): AdaptiveMaxPool2d<Size> {
  return new AdaptiveMaxPool2d(options);
}
