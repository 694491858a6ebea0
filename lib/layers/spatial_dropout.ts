// Spatial dropout:  in training each channel of a sample is zeroed with probability `rate` and the rest scaled by
// 1 / (1 − rate); otherwise the identity. Tompson et al. 2015 (arXiv 1411.4280).
import { spatialDropout as spatialDropoutOp } from '../ops/spatial_dropout.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `spatialDropout`. */
export interface SpatialDropoutOptions extends LayerOptions {
  /** Probability that a channel is dropped, in [0, 1). */
  readonly rate: number;
}

/** The layer that `spatialDropout` makes. */
export class SpatialDropout extends Layer<SameShape> {
  readonly rate: number;

  constructor(options: SpatialDropoutOptions) {
    checkOptions('spatialDropout', options, ['name', 'rate']);
    super('spatialDropout', options);
    checkNumber('spatialDropout', 'rate', options.rate, 0, 1);
    if (options.rate === 1) throw new ArgumentError('spatialDropout: rate must be below 1, but received 1');
    this.rate = options.rate;
  }

  override outputShape(input: Shape): Shape {
    if (input.length === 0) throw new ShapeError('spatialDropout: expects an input with channels last, got []');
    return input;
  }

  override forward(x: Tensor, { training, random }: LayerContext): Tensor {
    return training && this.rate > 0 ? spatialDropoutOp(x, { rate: this.rate, random }) : x;
  }
}

/**
 * Drops whole channels of a sample at random in training and scales the rest so that their expectation stays; does nothing
 * otherwise.
 *
 * @throws ArgumentError unless 0 ≤ rate < 1.
 * @example
 * layers.spatialDropout({ rate: 0.2 })
 */
export function spatialDropout(options: SpatialDropoutOptions): SpatialDropout {
  return new SpatialDropout(options);
}
