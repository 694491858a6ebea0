import type { Tensor } from '../tensor/tensor.js';
import { type ConvolutionMode, convolveSignals } from './convolve_modes.js';

/**
 * Convolution of two signals, as mathematics defines it: (h ∗ k)(t) = Σ_τ h(τ) k(t − τ), k flipped.
 *
 * @param h [length], float32 or float64
 * @param k [length], of the same dtype
 * @param mode which sums are kept: `'full'` (default), `'same'` (as many as h has elements) or `'valid'` (k within h)
 * @throws ShapeError if k does not lie within h in mode `'valid'`; DTypeError for other or mixed dtypes; ArgumentError for
 *   an unknown mode
 * @example
 * ops.convolve1d(tensor([1, 2, 3]), tensor([0, 1, 0.5])); // [0, 1, 2.5, 4, 1.5]
 */
export function convolve1d(h: Tensor, k: Tensor, mode: ConvolutionMode = 'full'): Tensor {
  return convolveSignals('convolve1d', h, k, mode, '[length]', true);
}
