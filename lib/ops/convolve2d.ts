import type { Tensor } from '../tensor/tensor.js';
import { type ConvolutionMode, convolveSignals } from './convolve_modes.js';

/**
 * Convolution of two matrices, as mathematics defines it: (h ∗ k)(i,j) = Σ_{m,n} h(m,n) k(i − m, j − n), k flipped on both axes.
 *
 * @param h [height, width], float32 or float64
 * @param k [height, width], of the same dtype
 * @param mode which sums are kept: `'full'` (default), `'same'` (as many as h has elements) or `'valid'` (k within h)
 * @throws ShapeError if k does not lie within h in mode `'valid'`; DTypeError for other or mixed dtypes; ArgumentError for
 *   an unknown mode
 * @example
 * ops.convolve2d(image, kernel, 'valid');
 */
export function convolve2d(h: Tensor, k: Tensor, mode: ConvolutionMode = 'full'): Tensor {
  return convolveSignals('convolve2d', h, k, mode, '[height, width]', true);
}
