// loss = mean over all elements of (output − target)²
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { subtract } from '../ops/subtract.js';
import { checkFloat, checkSameDType, checkSameShape } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';

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
  checkFloat('meanSquaredError', 'output', output);
  checkFloat('meanSquaredError', 'target', target);
  checkSameDType('meanSquaredError', 'target', target, 'output', output);
  checkSameShape('meanSquaredError', 'target', target, output.shape);
  return mean(square(subtract(output, target)));
}
