// P(length = n, digits) = p(n) · Π_{i ≤ n} pᵢ(digitᵢ),   loss = mean over the batch of −ln P
// Goodfellow et al. 2013 (arXiv 1312.6082): street numbers, by one head for the length and one per digit.
import type { DigitSequenceOptions } from '../ops/digit_heads.js';
import { digitSequenceLoss } from '../ops/digit_sequence_loss.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The loss of networks that read numbers of up to `digits` digits at once. Digit heads beyond a sample's length get no gradient.
 *
 * @param logits float [batch, lengths + digits · classes]: the length's, then each digit's, without an activation
 * @param target int32 or uint8 [batch, 1 + digits]: the length, then the digits; those beyond the length may be anything
 * @param options.digits default 5 @param options.classes of each digit, default 10
 * @param options.lengths classes of the length head, default digits + 2: the last one means more than `digits`
 * @throws ShapeError, DTypeError or ArgumentError for logits, targets or options of other kinds
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.digitSequence }); // logits [batch, 7 + 5 · 10]
 */
export function digitSequence(logits: Tensor, target: Tensor, options: DigitSequenceOptions = {}): Tensor {
  return digitSequenceLoss(logits, target, options);
}
