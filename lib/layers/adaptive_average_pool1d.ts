// Adaptive average pooling of sequences:  [length, channels] → [outputSize, channels], as in PyTorch.
import { adaptiveAveragePool1d as adaptiveAveragePool1dOp } from '../ops/adaptive_average_pool1d.js';
import type { Tensor } from '../tensor/tensor.js';
import { AdaptivePool1d, type AdaptivePool1dOptions } from './adaptive_pool1d.js';

/** The layer that `adaptiveAveragePool1d` makes. */
export class AdaptiveAveragePool1d<Size extends number = number> extends AdaptivePool1d<'adaptiveAveragePool1d', Size> {
  constructor(options: AdaptivePool1dOptions) {
    super('adaptiveAveragePool1d', options);
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool1dOp(x, { outputSize: this.outputSize });
  }
}

/**
 * The mean of windows that divide the sequence into `outputSize` parts, whatever its length.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.adaptiveAveragePool1d({ outputSize: 6 })
 */
export function adaptiveAveragePool1d<const Size extends number>(
  options: AdaptivePool1dOptions<Size>,
): AdaptiveAveragePool1d<Size> {
  return new AdaptiveAveragePool1d(options);
}
