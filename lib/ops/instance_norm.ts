// Group normalisation with a group for each channel; its kernels are group_norm.cpp's.
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { type NormOptions, normalizeGroups, samplesOf } from './group_norm.js';

/**
 * Instance normalisation: each channel of each sample is brought to mean 0 and variance 1 over its pixels.
 *
 * Ulyanov et al. 2016 (arXiv 1607.08022).
 *
 * @param x float tensor [batch, ..., channels]
 * @param options `gamma` and `beta` [channels], none by default; `epsilon` 1e-5 by default
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const y = ops.instanceNorm(images);
 */
export function instanceNorm(x: Tensor, options: NormOptions = {}): Tensor {
  checkOptions('instanceNorm', options, ['gamma', 'beta', 'epsilon']);
  const [batch, pixels, channels] = samplesOf('instanceNorm', x);
  return normalizeGroups('instanceNorm', x, [batch, pixels, channels, channels], [channels], options);
}
