// loss = −mean over the batch of log softmax(logits)[label]
import { softmaxCrossEntropy as softmaxCrossEntropyOp } from '../ops/softmax_cross_entropy.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The loss of classifiers: mean cross-entropy of the labels under the softmax of the logits. Never overflows.
 *
 * @param logits float [batch, classes]: the last layer's output, without an activation
 * @param labels int32 or uint8 [batch], from 0 to classes − 1
 * @throws ShapeError or DTypeError for anything else
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.softmaxCrossEntropy });
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return softmaxCrossEntropyOp(logits, labels);
}
