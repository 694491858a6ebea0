// loss = mean over all rows of Σ_k t(k) · (ln t(k) − ln p(k)),   p = softmax(logits);   0 · ln 0 = 0
// Its gradient is that of the cross-entropy, p − t: the entropy of the target is constant. Kullback & Leibler 1951.

import { add } from '../ops/add.js';
import { widened } from '../ops/cast.js';
import { log } from '../ops/log.js';
import { maximum } from '../ops/maximum.js';
import { multiply } from '../ops/multiply.js';
import { checkDistributions, softmaxCrossEntropy } from '../ops/softmax_cross_entropy.js';
import { sum } from '../ops/sum.js';
import { elementCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Below every probability that matters, above the smallest normal float32. */
const TINY = 1e-37;

/**
 * The divergence of target distributions from the softmax of the logits: 0 where they agree. For distillation, and soft labels.
 *
 * @param logits float [batch, ..., classes]: the last layer's output, without an activation
 * @param target a distribution per row, of the logits' shape and dtype; gradients flow into the logits only
 * @throws ShapeError or DTypeError for anything else
 * @example
 * const loss = losses.klDivergence(student.forward(x), ops.softmax(teacher.forward(x)));
 */
export function klDivergence(logits: Tensor, target: Tensor): Tensor {
  checkDistributions('klDivergence', logits, target);
  const rows = elementCount(logits.shape.slice(0, -1));
  const t = widened(target);
  const negentropy = sum(multiply(t, log(maximum(t, TINY))));
  return add(softmaxCrossEntropy(logits, target), multiply(negentropy, 1 / rows));
}
