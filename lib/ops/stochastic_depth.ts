// y[n, …] = x[n, …] · mask[n]
import { ShapeError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDropSlices, type DropSlicesOptions, dropSlices } from './drop_slices.js';

/**
 * Zeroes whole samples with probability `rate` and scales the others by 1 / (1 − rate): at the end of a residual branch it
 * leaves the shortcut alone for some samples, which shortens the network they see.
 *
 * Sample n is dropped if word n of what `random` sets aside, as a uniform number, is below the rate.
 * Huang et al. 2016, https://arxiv.org/abs/1603.09382
 *
 * @param x [batch, ...], float32 or float64
 * @returns x itself for rate 0
 * @throws ArgumentError unless 0 ≤ rate < 1 and `random` is a Random; DTypeError, ShapeError for an x that does not fit
 * @example
 * const y = ops.add(x, ops.stochasticDepth(branch(x), { rate: 0.1, random }));
 */
export function stochasticDepth(x: Tensor, options: DropSlicesOptions): Tensor {
  checkDropSlices('stochasticDepth', x, options);
  if (x.shape.length === 0) throw new ShapeError('stochasticDepth: x must have axes [batch, ...], but is a scalar');
  return dropSlices(
    x,
    x.shape.map((extent, axis) => (axis === 0 ? extent : 1)),
    options,
  );
}
