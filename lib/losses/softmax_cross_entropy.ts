// loss = −Σₙ sₙ Σ_k w(k) q(n, k) · ln p(n, k) / Σₙ sₙ w(labelₙ),   p = softmax(logits)
// q = (1 − smoothing) · (onehot(label), or a distribution) + smoothing / classes; with distributions the divisor is Σₙ sₙ.
import {
  type SoftmaxCrossEntropyOptions,
  softmaxCrossEntropy as softmaxCrossEntropyOp,
} from '../ops/softmax_cross_entropy.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The loss of classifiers: mean cross-entropy of the labels under the softmax of the logits. Never overflows.
 *
 * With [batch, height, width, classes] it is the loss of networks that classify every pixel; the mean is over all of them.
 *
 * @param logits float [batch, ..., classes]: the last layer's output, without an activation
 * @param target int32 or uint8 [batch, ...], from 0 to classes − 1; another label makes training reject with a NativeError that
 *   names it. Or a distribution per row of logits, of their shape and dtype
 * @param options.labelSmoothing share of the target's weight spread over all classes, default 0
 * @param options.classWeights [classes], what counts more or less; the mean is weighted, as in PyTorch; default 1
 * @param options.sampleWeights [batch, ...] or [batch], likewise; default 1
 * @param options.ignoreIndex the label of samples (or pixels) that take no part, default none
 * @throws ShapeError, DTypeError or ArgumentError for logits, targets or options of other kinds
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.softmaxCrossEntropy });
 * const smoothed = (logits, labels) => losses.softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 });
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  target: Tensor,
  options: Omit<SoftmaxCrossEntropyOptions, 'reduction'> = {},
): Tensor {
  checkOptions('softmaxCrossEntropy', options, ['labelSmoothing', 'classWeights', 'sampleWeights', 'ignoreIndex']);
  return softmaxCrossEntropyOp(logits, target, options);
}
