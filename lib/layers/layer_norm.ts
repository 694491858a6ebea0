// Layer normalisation:  y = gamma · (x − mean) / √(variance + epsilon) + beta, over the last axes of each sample.
//   gamma, beta  of the shape of these axes
// Ba et al. 2016 (arXiv 1607.06450).
import { layerNorm as layerNormOp } from '../ops/layer_norm.js';
import { checkInteger } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { AffineNorm, type AffineNormOptions } from './affine_norm.js';
import type { SameShape } from './shape_rule.js';

/** Options of `layerNorm`. `affine` is true by default. */
export interface LayerNormOptions extends AffineNormOptions {
  /** How many of the last axes are normalised together, default 1: the channels. */
  readonly axes?: number;
}

/** The layer that `layerNorm` makes. */
export class LayerNorm extends AffineNorm<SameShape> {
  readonly axes: number;

  constructor(options: LayerNormOptions = {}) {
    super('layerNorm', options, true, ['axes']);
    const { axes = 1 } = options;
    checkInteger('layerNorm', 'axes', axes);
    this.axes = axes;
  }

  protected override normalizedShape(input: Shape): Shape {
    return input.slice(-this.axes);
  }

  override outputShape(input: Shape): Shape {
    if (input.length < this.axes)
      throw new ShapeError(`layerNorm: normalises ${this.axes} axes, got ${formatShape(input)}`);
    return input;
  }

  override forward(x: Tensor): Tensor {
    return layerNormOp(x, { ...this.normalization, axes: this.axes });
  }
}

/**
 * Normalises the last axes of each sample together, then scales and shifts each element by learned numbers.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.layerNorm()            // over the channels
 * layers.layerNorm({ axes: 3 }) // over whole images
 */
export function layerNorm(options?: LayerNormOptions): LayerNorm {
  return new LayerNorm(options);
}
