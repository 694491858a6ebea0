// loss = mean over all elements of  −w t ln σ(z) − (1 − t) ln(1 − σ(z))  =  (1 − t) · z + (1 + (w − 1) t) · softplus(−z)
// z logits, t targets, w the weight of positives. Nothing overflows: ln(1 + e^−z) is computed as such.
import { add } from '../ops/add.js';
import { mean } from '../ops/mean.js';
import { multiply } from '../ops/multiply.js';
import { negate } from '../ops/negate.js';
import { softplus } from '../ops/softplus.js';
import { subtract } from '../ops/subtract.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair } from './check_pair.js';

/** Options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions {
  /** What the loss of positive targets is multiplied by, default 1. */
  readonly positiveWeight?: number;
}

/**
 * The loss of independent yes-or-no outputs: mean cross-entropy of targets under the sigmoid of the logits.
 *
 * @param logits float [batch, ...]: the last layer's output, without an activation
 * @param target of the logits' shape and dtype, from 0 to 1
 * @throws ShapeError or DTypeError for anything else; ArgumentError for an invalid or unknown option
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.binaryCrossEntropy });
 */
export function binaryCrossEntropy(logits: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  checkOptions('binaryCrossEntropy', options, ['positiveWeight']);
  const { positiveWeight = 1 } = options;
  checkNumber('binaryCrossEntropy', 'positiveWeight', positiveWeight, 0);
  const [z, t] = checkPair('binaryCrossEntropy', logits, target);
  const linear = multiply(subtract(1, t), z);
  const weight = add(1, multiply(t, positiveWeight - 1));
  return mean(add(linear, multiply(weight, softplus(negate(z)))));
}
