// y[n, …, c] = x[n, …, c] · mask[n, c]
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDropSlices, type DropSlicesOptions, dropSlices } from './drop_slices.js';

/**
 * Zeroes whole channels of each sample with probability `rate` and scales the others by 1 / (1 − rate): neighbouring pixels
 * tell too much of each other for dropping them one by one to matter.
 *
 * Channel c of sample n is dropped if word n · channels + c of what `random` sets aside, as a uniform number, is below the
 * rate. Tompson et al. 2015, https://arxiv.org/abs/1411.4280
 *
 * @param x [batch, ..., channels], float32 or float64
 * @returns x itself for rate 0
 * @throws ArgumentError unless 0 ≤ rate < 1 and `random` is a Random; DTypeError, ShapeError for an x that does not fit
 * @example
 * const y = ops.spatialDropout(x, { rate: 0.2, random: new Random(42) });
 */
export function spatialDropout(x: Tensor, options: DropSlicesOptions): Tensor {
  checkDropSlices('spatialDropout', x, options);
  if (x.shape.length < 2)
    throw new ShapeError(
      `spatialDropout: x must have axes [batch, ..., channels], but has shape ${formatShape(x.shape)}`,
    );
  return dropSlices(
    x,
    x.shape.map((extent, axis) => (axis === 0 || axis === x.shape.length - 1 ? extent : 1)),
    options,
  );
}
