// loss = −mean over the batch of Σ_k q(k) · ln p(k),   p = softmax(logits),   q = (1 − smoothing) · onehot(label) + smoothing / classes
import {
  type SoftmaxCrossEntropyOptions,
  softmaxCrossEntropy as softmaxCrossEntropyOp,
} from '../ops/softmax_cross_entropy.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The loss of classifiers: mean cross-entropy of the labels under the softmax of the logits. Never overflows.
 *
 * @param logits float [batch, classes]: the last layer's output, without an activation
 * @param labels int32 [batch], from 0 to classes − 1; another label makes training reject with a NativeError that names it
 * @param options.labelSmoothing share of the label's weight spread over all classes, default 0
 * @throws ShapeError or DTypeError for logits or labels of other kinds
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.softmaxCrossEntropy });
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  { labelSmoothing = 0 }: Pick<SoftmaxCrossEntropyOptions, 'labelSmoothing'> = {},
): Tensor {
  return softmaxCrossEntropyOp(logits, labels, { labelSmoothing });
}
