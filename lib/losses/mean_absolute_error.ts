// loss = mean over all elements of |output − target|, the L1 loss. The derivative at 0 is 0.
import { abs } from '../ops/abs.js';
import { mean } from '../ops/mean.js';
import { subtract } from '../ops/subtract.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair } from './check_pair.js';

/**
 * The loss of regressions with outliers: the mean of absolute differences over batch and outputs.
 *
 * @param output float [batch, ...]
 * @param target of the output's shape and dtype
 * @throws ShapeError or DTypeError for anything else
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.meanAbsoluteError });
 */
export function meanAbsoluteError(output: Tensor, target: Tensor): Tensor {
  return mean(abs(subtract(...checkPair('meanAbsoluteError', output, target))));
}
