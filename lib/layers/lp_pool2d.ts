// L_p pooling layer:  y(i, j, c) = (Σ over the window of |x(·, ·, c)|^p)^(1/p). Sermanet et al. 2012 (arXiv 1204.3968).
import { lpPool2d as lpPool2dOp } from '../ops/lp_pool2d.js';
import { checkNumber, type Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** Options of `lpPool2d`. */
export interface LpPool2dOptions<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2dOptions<Pool, Strides, Pad, Ceil> {
  /** The exponent, at least 1; default 2. */
  readonly p?: number;
}

/** The layer that `lpPool2d` makes. */
export class LpPool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2d<'lpPool2d', Pool, Strides, Pad, Ceil> {
  readonly p: number;

  constructor(options: LpPool2dOptions) {
    super('lpPool2d', options, ['p']);
    const { p = 2 } = options;
    checkNumber('lpPool2d', 'p', p, 1);
    this.p = p;
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode, p } = this;
    return lpPool2dOp(x, { poolSize, strides, padding, ceilMode, p });
  }
}

/**
 * The p-norm of each `poolSize` window of a [height, width, channels] image, channel by channel; p is 2 by default.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.lpPool2d({ poolSize: 2, p: 4 })
 */
export function lpPool2d<
  const Pool extends Pair,
  const Strides extends Pair = Pool,
  const Pad extends Padding = 'valid',
  const Ceil extends boolean = false,
>(options: LpPool2dOptions<Pool, Strides, Pad, Ceil>): LpPool2d<Pool, Strides, Pad, Ceil> {
  return new LpPool2d(options);
}
