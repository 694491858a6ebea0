// Adaptive average pooling:  [height, width, channels] → [outputSize, outputSize, channels], as in PyTorch.
import { adaptiveAveragePool2d as adaptiveAveragePool2dOp } from '../ops/adaptive_average_pool2d.js';
import { checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import type { Resized } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `adaptiveAveragePool2d` and `adaptiveMaxPool2d`. */
export interface AdaptivePool2dOptions<Size extends Pair = Pair> extends LayerOptions {
  /** Extent of the output: one number or [height, width]. */
  readonly outputSize: Size;
}

interface AdaptiveAveragePool2dRule<Size extends Pair> extends ShapeRule {
  readonly output: Resized<'adaptiveAveragePool2d', this['input'], Size>;
}

/** The layer that `adaptiveAveragePool2d` makes. */
export class AdaptiveAveragePool2d<Size extends Pair = Pair> extends Layer<AdaptiveAveragePool2dRule<Size>> {
  readonly outputSize: readonly [number, number];

  constructor(options: AdaptivePool2dOptions) {
    checkOptions('adaptiveAveragePool2d', options, ['name', 'outputSize']);
    super('adaptiveAveragePool2d', options);
    this.outputSize = toPair('adaptiveAveragePool2d', 'outputSize', options.outputSize);
  }

  override outputShape(input: Shape): Shape {
    return [...this.outputSize, checkImage('adaptiveAveragePool2d', input)[2]];
  }

  /** Windows differ in extent: what a unit sees is not one field. */
  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool2dOp(x, { outputSize: this.outputSize });
  }
}

/**
 * The mean of windows that divide the image into `outputSize` parts, whatever its size.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.adaptiveAveragePool2d({ outputSize: 6 })
 */
export function adaptiveAveragePool2d<const Size extends Pair>(
  options: AdaptivePool2dOptions<Size>,
): AdaptiveAveragePool2d<Size> {
  return new AdaptiveAveragePool2d(options);
}
