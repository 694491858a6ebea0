// L_p pooling of sequences:  y(t, c) = (Σ over the window of |x(·, c)|^p)^(1/p)
import { lpPool1d as lpPool1dOp } from '../ops/lp_pool1d.js';
import { checkNumber } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Padding1d } from '../tensor/window1d.js';
import { Pool1d, type Pool1dOptions } from './pool1d.js';

/** Options of `lpPool1d`. */
export interface LpPool1dOptions<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1dOptions<Pool, Strides, Pad, Ceil> {
  /** The exponent, at least 1; default 2. */
  readonly p?: number;
}

/** The layer that `lpPool1d` makes. */
export class LpPool1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1d<'lpPool1d', Pool, Strides, Pad, Ceil> {
  readonly p: number;

  constructor(options: LpPool1dOptions) {
    super('lpPool1d', options, ['p']);
    const { p = 2 } = options;
    checkNumber('lpPool1d', 'p', p, 1);
    this.p = p;
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode, p } = this;
    return lpPool1dOp(x, { poolSize, strides, padding, ceilMode, p });
  }
}

/**
 * The p-norm of each `poolSize` window of a [length, channels] sequence, channel by channel; p is 2 by default.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.lpPool1d({ poolSize: 2, p: 4 })
 */
export function lpPool1d<
  const Pool extends number,
  const Strides extends number = Pool,
  const Pad extends Padding1d = 'valid',
  const Ceil extends boolean = false,
>(options: LpPool1dOptions<Pool, Strides, Pad, Ceil>): LpPool1d<Pool, Strides, Pad, Ceil> {
  return new LpPool1d(options);
}
