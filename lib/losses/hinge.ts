// loss = mean over all elements of max(0, 1 − y · output), or its square;   y = 2 t − 1 is −1 or 1 for targets t of 0 or 1
// The loss of support vector machines. The derivative at the kink is 0.
import { mean } from '../ops/mean.js';
import { multiply } from '../ops/multiply.js';
import { relu } from '../ops/relu.js';
import { square } from '../ops/square.js';
import { subtract } from '../ops/subtract.js';
import { checkBoolean, checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair } from './check_pair.js';

/** Options of `hinge`. */
export interface HingeOptions {
  /** Whether each element's loss is squared, default false. */
  readonly squared?: boolean;
}

/**
 * The loss of independent yes-or-no outputs that asks for a margin of 1 and no more.
 *
 * @param output float [batch, ...]: above 0 for yes
 * @param target 0 or 1, of the output's shape and dtype
 * @throws ShapeError or DTypeError for anything else; ArgumentError for an invalid or unknown option
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.hinge });
 */
export function hinge(output: Tensor, target: Tensor, options: HingeOptions = {}): Tensor {
  checkOptions('hinge', options, ['squared']);
  const { squared = false } = options;
  checkBoolean('hinge', 'squared', squared);
  const [scores, t] = checkPair('hinge', output, target);
  const missing = relu(subtract(1, multiply(subtract(multiply(t, 2), 1), scores)));
  return mean(squared ? square(missing) : missing);
}
