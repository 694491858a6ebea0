// Adaptive max pooling of sequences:  [length, channels] → [outputSize, channels], as in PyTorch.
import { adaptiveMaxPool1d as adaptiveMaxPool1dOp } from '../ops/adaptive_max_pool1d.js';
import type { Tensor } from '../tensor/tensor.js';
import { AdaptivePool1d, type AdaptivePool1dOptions } from './adaptive_pool1d.js';

/** The layer that `adaptiveMaxPool1d` makes. */
export class AdaptiveMaxPool1d<Size extends number = number> extends AdaptivePool1d<'adaptiveMaxPool1d', Size> {
  constructor(options: AdaptivePool1dOptions) {
    super('adaptiveMaxPool1d', options);
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool1dOp(x, { outputSize: this.outputSize });
  }
}

/**
 * The maximum of windows that divide the sequence into `outputSize` parts, whatever its length.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.adaptiveMaxPool1d({ outputSize: 6 })
 */
export function adaptiveMaxPool1d<const Size extends number>(
  options: AdaptivePool1dOptions<Size>,
): AdaptiveMaxPool1d<Size> {
  return new AdaptiveMaxPool1d(options);
}
