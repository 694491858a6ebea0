// Subtractive normalisation:  y = x − the weighted mean of the neighbourhood, renormalised at the border. Jarrett et al. 2009.
import {
  checkSubtractiveNorm,
  type SubtractiveNormOptions as OpOptions,
  subtractiveNorm as subtractiveNormOp,
} from '../ops/subtractive_norm.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `subtractiveNorm`. */
export interface SubtractiveNormOptions extends LayerOptions, OpOptions {}

/** The layer that `subtractiveNorm` makes. */
export class SubtractiveNorm extends Layer<SameShape> {
  readonly options: OpOptions;

  constructor(options: SubtractiveNormOptions = {}) {
    const { window, weights, acrossChannels } = checkSubtractiveNorm('subtractiveNorm', options, ['name']);
    super('subtractiveNorm', options);
    this.options = weights ? { weights, acrossChannels } : { windowSize: window, acrossChannels };
  }

  override outputShape(input: Shape): Shape {
    checkImage('subtractiveNorm', input);
    return input;
  }

  override forward(x: Tensor): Tensor {
    return subtractiveNormOp(x, this.options);
  }
}

/**
 * Subtracts from each pixel the mean of its 3×3 neighbourhood, channel by channel, of what lies inside the image.
 *
 * `windowSize`, `weights` and `acrossChannels` change the window and what it covers.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.subtractiveNorm()
 */
export function subtractiveNorm(options?: SubtractiveNormOptions): SubtractiveNorm {
  return new SubtractiveNorm(options);
}
