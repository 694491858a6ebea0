// loss = mean over all elements of (output − target)²
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { subtract } from '../ops/subtract.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair } from './check_pair.js';

/**
 * The loss of regressions: the mean of squared differences over batch and outputs.
 *
 * @param output float [batch, ...]
 * @param target of the output's shape and dtype
 * @throws ShapeError or DTypeError for anything else
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.meanSquaredError });
 */
export function meanSquaredError(output: Tensor, target: Tensor): Tensor {
  return mean(square(subtract(...checkPair('meanSquaredError', output, target))));
}
