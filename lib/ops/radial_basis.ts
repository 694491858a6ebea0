// y[n, k] = Σ_d (x[n, d] − codes[k, d])²
import { checkFloat, checkRank, checkSameDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { reshape } from './reshape.js';
import { square } from './square.js';
import { subtract } from './subtract.js';
import { sum } from './sum.js';

/**
 * Squared Euclidean distance of each row to each code: LeNet-5's output, small where a row resembles a class' code.
 *
 * Differences are formed before they are squared, so that a small distance is exact; this takes batch · classes · features numbers.
 * LeCun et al. 1998, Gradient-based learning applied to document recognition.
 *
 * @param x [batch, features], float32 or float64
 * @param codes [classes, features], of x's dtype
 * @returns [batch, classes]
 * @throws ShapeError or DTypeError for inputs that do not fit
 * @example
 * ops.radialBasis(tensor([[1, -1]]), tensor([[1, 1], [-1, -1], [1, -1]])); // [[4, 4, 0]]
 */
export function radialBasis(x: Tensor, codes: Tensor): Tensor {
  checkFloat('radialBasis', 'x', x);
  checkRank('radialBasis', 'x', x, 2, '[batch, features]');
  checkFloat('radialBasis', 'codes', codes);
  checkRank('radialBasis', 'codes', codes, 2, '[classes, features]');
  checkSameDType('radialBasis', 'codes', codes, 'x', x);
  const [batch, features] = x.shape as [number, number];
  if (codes.shape[1] !== features)
    throw new ShapeError(
      `radialBasis: codes of shape ${formatShape(codes.shape)} have ${codes.shape[1]} features, but x of shape ${formatShape(x.shape)} has ${features}`,
    );
  return sum(square(subtract(reshape(x, [batch, 1, features]), codes)), { axes: -1 });
}
