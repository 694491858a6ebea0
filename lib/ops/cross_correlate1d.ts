import type { Tensor } from '../tensor/tensor.js';
import { type ConvolutionMode, convolveSignals } from './convolve_modes.js';

/**
 * Cross-correlation of two signals: (h ⋆ k)(t) = Σ_τ h(t + τ) k(τ), k not flipped.
 *
 * @param h [length], float32 or float64
 * @param k [length], of the same dtype
 * @param mode which sums are kept: `'full'` (default), `'same'` (as many as h has elements) or `'valid'` (k within h)
 * @throws ShapeError if k does not lie within h in mode `'valid'`; DTypeError for other or mixed dtypes; ArgumentError for
 *   an unknown mode
 * @example
 * ops.crossCorrelate1d(tensor([1, 2, 3]), tensor([0, 1, 0.5])); // [0.5, 2, 3.5, 3, 0]
 */
export function crossCorrelate1d(h: Tensor, k: Tensor, mode: ConvolutionMode = 'full'): Tensor {
  return convolveSignals('crossCorrelate1d', h, k, mode, '[length]', false);
}
