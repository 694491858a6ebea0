// L_p pooling of sequences, in the kernels of lp_pool2d.
import type { Tensor } from '../tensor/tensor.js';
import { lpPool2d } from './lp_pool2d.js';
import { type Pool1dOptions, pool1d } from './pool1d.js';

/** Options of {@link lpPool1d}. */
export interface LpPool1dOptions extends Pool1dOptions {
  /** The exponent, at least 1; default 2. */
  readonly p?: number;
}

/**
 * L_p pooling of sequences: (Σ |x|^p)^(1/p) over each window, channel by channel.
 *
 * @param x sequences [batch, length, channels]
 * @param options the window; `strides` is `poolSize` by default; `p` is 2
 * @returns [batch, output length, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.lpPool1d(sequences, { poolSize: 2 });
 */
export function lpPool1d(x: Tensor, options: LpPool1dOptions): Tensor {
  return pool1d('lpPool1d', x, options, ['p'], (image, window) => lpPool2d(image, { ...options, ...window }));
}
