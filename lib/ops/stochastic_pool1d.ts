// Stochastic pooling of sequences, in the kernels of stochastic_pool2d.
import type { Random } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Pool1dOptions, pool1d } from './pool1d.js';
import { stochasticPool2d } from './stochastic_pool2d.js';

/** Options of {@link stochasticPool1d}. */
export interface StochasticPool1dOptions extends Pool1dOptions {
  /** Whether to draw, or to take the mean by the probabilities. */
  readonly training: boolean;
  /** Source of randomness, needed in training; one word is drawn per output. */
  readonly random?: Random;
}

/**
 * Stochastic pooling of sequences: of each window one activation is drawn, with probability proportional to it; in evaluation
 * the mean by these probabilities. Negative inputs count as 0. Zeiler & Fergus 2013 (arXiv 1301.3557).
 *
 * @param x sequences [batch, length, channels], usually after ReLU
 * @param options the window, `training` and, in training, `random`
 * @returns [batch, output length, channels]; in training the gradient goes to what was drawn
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.stochasticPool1d(x, { poolSize: 3, training: true, random: new Random(42) });
 */
export function stochasticPool1d(x: Tensor, options: StochasticPool1dOptions): Tensor {
  return pool1d('stochasticPool1d', x, options, ['training', 'random'], (image, window) =>
    stochasticPool2d(image, { ...options, ...window }),
  );
}
