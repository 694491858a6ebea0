// Stochastic pooling of sequences: in training one activation of each window is drawn, with probability proportional to it;
// otherwise their mean by these probabilities is taken. Zeiler & Fergus 2013 (arXiv 1301.3557).
import { stochasticPool1d as stochasticPool1dOp } from '../ops/stochastic_pool1d.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Padding1d } from '../tensor/window1d.js';
import type { LayerContext } from './layer.js';
import { Pool1d, type Pool1dOptions } from './pool1d.js';

/** The layer that `stochasticPool1d` makes. */
export class StochasticPool1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1d<'stochasticPool1d', Pool, Strides, Pad, Ceil> {
  constructor(options: Pool1dOptions) {
    super('stochasticPool1d', options);
  }

  override forward(x: Tensor, { training, random }: LayerContext): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    return stochasticPool1dOp(x, { poolSize, strides, padding, ceilMode, training, random });
  }
}

/**
 * Draws an activation of each `poolSize` window of a sequence in training, and averages by the same probabilities otherwise.
 *
 * Negative inputs count as 0: put it after a ReLU.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.stochasticPool1d({ poolSize: 3 })
 */
export function stochasticPool1d<
  const Pool extends number,
  const Strides extends number = Pool,
  const Pad extends Padding1d = 'valid',
  const Ceil extends boolean = false,
>(options: Pool1dOptions<Pool, Strides, Pad, Ceil>): StochasticPool1d<Pool, Strides, Pad, Ceil> {
  return new StochasticPool1d(options);
}
