// loss = mean over the batch of w(y) / classes · Σ_{k ≠ y} max(0, margin + z(k) − z(y))^p,   z logits, y the label
//
// Weston & Watkins 1999, as in PyTorch: every class that comes too near counts. Crammer & Singer 2001 take only the nearest one,
// max(0, margin + max_{k ≠ y} z(k) − z(y)), which is Keras' `CategoricalHinge`; for two classes it is twice this loss.
import { type MultiMarginOptions, multiMarginLoss } from '../ops/multi_margin_loss.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The loss of support vector machines for several classes: the label's output is to exceed every other by a margin.
 *
 * @param output float [batch, ..., classes]: the last layer's, without an activation
 * @param target labels, int32 or uint8 [batch, ...]
 * @param options.margin default 1 @param options.p what is missing to the power of 1 (default) or 2
 * @param options.classWeights [classes], what counts more or less; default 1
 * @throws ShapeError, DTypeError or ArgumentError for outputs, targets or options of other kinds
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.multiMargin });
 */
export function multiMargin(output: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  return multiMarginLoss(output, target, options);
}
