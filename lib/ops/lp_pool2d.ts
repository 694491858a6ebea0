import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkNumber } from '../tensor/arguments.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { averagePool2dOp, spreadWindows } from './average_pool2d.js';
import { elementwise } from './elementwise.js';
import { type Pool2dOptions, type PoolGeometry, poolGeometry } from './pool2d.js';

declare module '../native.js' {
  interface Native {
    /** y ← |x|^p. */
    lpPool2dPowers(x: Handle, y: Handle, p: number): void;
    /** y ← s^(1/p). */
    lpPool2dRoot(s: Handle, y: Handle, p: number): void;
    /** shares ← dy·y^(1−p), 0 where y is 0. */
    lpPool2dRootGradient(y: Handle, dy: Handle, shares: Handle, p: number): void;
    /** dx ← sign(x)·|x|^(p−1)·shares. */
    lpPool2dPowersGradient(x: Handle, shares: Handle, dx: Handle, p: number): void;
  }
}

/** Options of {@link lpPool2d}. */
export interface LpPool2dOptions extends Pool2dOptions {
  /** The exponent, at least 1; default 2. */
  readonly p?: number;
}

interface Attributes extends PoolGeometry {
  readonly p: number;
}

const lpPool2dOp = defineOp({
  name: 'lpPool2d',
  forward([x]: [Tensor], attributes: Attributes) {
    const { p, outputShape } = attributes;
    const powers = elementwise((from, to) => native.lpPool2dPowers(from, to, p), x);
    const sums = averagePool2dOp([powers], { ...attributes, divisor: 'none' });
    const output = empty(outputShape, x.dtype);
    native.lpPool2dRoot(sums.handle, output.handle, p);
    powers.dispose();
    sums.dispose();
    return { output, saved: { x, y: output } };
  },
  backward: (dy, { x, y }, attributes) => [
    () => {
      const { p } = attributes;
      const shares = elementwise((value, upstream, to) => native.lpPool2dRootGradient(value, upstream, to, p), y, dy);
      const spread = spreadWindows(shares, x.shape, { ...attributes, divisor: 'none' });
      return elementwise((value, share, to) => native.lpPool2dPowersGradient(value, share, to, p), x, spread);
    },
  ],
});

/**
 * L_p pooling: (Σ |x|^p)^(1/p) over each window of an image, channel by channel. Sermanet et al. 2012 (arXiv 1204.3968).
 *
 * @param x images [batch, height, width, channels]
 * @param options the window and `p`, 2 by default; `strides` is `poolSize` by default
 * @returns [batch, output height, output width, channels]; where it is 0 the gradient is 0
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.lpPool2d(images, { poolSize: 2, p: 2 });
 */
export function lpPool2d(x: Tensor, options: LpPool2dOptions): Tensor {
  const geometry = poolGeometry('lpPool2d', x, options, ['p']);
  const { p = 2 } = options;
  checkNumber('lpPool2d', 'p', p, 1);
  return lpPool2dOp([x], { ...geometry, p });
}
