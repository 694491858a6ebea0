// Stochastic pooling layer: in training one activation of each window is drawn, with probability proportional to it; otherwise
// their mean by these probabilities is taken. Zeiler & Fergus 2013 (arXiv 1301.3557).
import { stochasticPool2d as stochasticPool2dOp } from '../ops/stochastic_pool2d.js';
import type { Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerContext } from './layer.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** The layer that `stochasticPool2d` makes. */
export class StochasticPool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2d<'stochasticPool2d', Pool, Strides, Pad, Ceil> {
  constructor(options: Pool2dOptions) {
    super('stochasticPool2d', options);
  }

  override forward(x: Tensor, { training, random }: LayerContext): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    return stochasticPool2dOp(x, { poolSize, strides, padding, ceilMode, training, random });
  }
}

/**
 * Draws an activation of each `poolSize` window in training, and averages by the same probabilities otherwise.
 *
 * Negative inputs count as 0: put it after a ReLU.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.stochasticPool2d({ poolSize: 3, strides: 2 })
 */
export function stochasticPool2d<
  const Pool extends Pair,
  const Strides extends Pair = Pool,
  const Pad extends Padding = 'valid',
  const Ceil extends boolean = false,
>(options: Pool2dOptions<Pool, Strides, Pad, Ceil>): StochasticPool2d<Pool, Strides, Pad, Ceil> {
  return new StochasticPool2d(options);
}
