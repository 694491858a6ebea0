// Stochastic depth:  in training each sample is zeroed with probability `rate` and the rest scaled by 1 / (1 − rate);
// otherwise the identity. Huang et al. 2016 (arXiv 1603.09382).
import { stochasticDepth as stochasticDepthOp } from '../ops/stochastic_depth.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `stochasticDepth`. */
export interface StochasticDepthOptions extends LayerOptions {
  /** Probability that a sample is dropped, in [0, 1). */
  readonly rate: number;
}

/** The layer that `stochasticDepth` makes. */
export class StochasticDepth extends Layer<SameShape> {
  readonly rate: number;

  constructor(options: StochasticDepthOptions) {
    checkOptions('stochasticDepth', options, ['name', 'rate']);
    super('stochasticDepth', options);
    checkNumber('stochasticDepth', 'rate', options.rate, 0, 1);
    if (options.rate === 1) throw new ArgumentError('stochasticDepth: rate must be below 1, but received 1');
    this.rate = options.rate;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor, { training, random }: LayerContext): Tensor {
    return training && this.rate > 0 ? stochasticDepthOp(x, { rate: this.rate, random }) : x;
  }
}

/**
 * Drops whole samples at random in training, for the end of a residual branch: for those the block is its shortcut alone.
 * Does nothing otherwise.
 *
 * @throws ArgumentError unless 0 ≤ rate < 1.
 * @example
 * layers.residual([layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same' }), layers.stochasticDepth({ rate: 0.1 })])
 */
export function stochasticDepth(options: StochasticDepthOptions): StochasticDepth {
  return new StochasticDepth(options);
}
