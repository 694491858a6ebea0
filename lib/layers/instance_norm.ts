// Instance normalisation:  y = gamma · (x − mean) / √(variance + epsilon) + beta, by each sample's own channels.
// Ulyanov et al. 2016 (arXiv 1607.08022).
import { instanceNorm as instanceNormOp } from '../ops/instance_norm.js';
import type { Tensor } from '../tensor/tensor.js';
import { AffineNorm, type AffineNormOptions } from './affine_norm.js';
import type { SameShape } from './shape_rule.js';

/** The layer that `instanceNorm` makes. */
export class InstanceNorm extends AffineNorm<SameShape> {
  constructor(options: AffineNormOptions = {}) {
    super('instanceNorm', options, false);
  }

  override forward(x: Tensor): Tensor {
    return instanceNormOp(x, this.normalization);
  }
}

/**
 * Normalises each channel of each sample over its pixels. No gamma and beta unless `affine` is set, as in PyTorch.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.instanceNorm({ affine: true })
 */
export function instanceNorm(options?: AffineNormOptions): InstanceNorm {
  return new InstanceNorm(options);
}
