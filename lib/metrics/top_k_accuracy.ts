// Share of samples whose label is among the k largest logits; of pixels, where each has logits and a label.
import { multiply } from '../ops/multiply.js';
import { topKCorrect } from '../ops/top_k_correct.js';
import { checkInteger } from '../tensor/arguments.js';
import { elementCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Metric } from './metric.js';

/**
 * The share of samples whose label is among the `k` highest outputs, from 0 to 1. Called `'top5Accuracy'` for k = 5.
 *
 * Of outputs [batch, ..., classes] and labels [batch, ...] it is the share of all labels.
 *
 * @throws ArgumentError unless k is a positive integer; on a batch, where k is more than the classes
 * @example
 * const { top5Accuracy } = await evaluate(model, test, { loss, metrics: [topKAccuracy(5)] });
 */
export function topKAccuracy<const K extends number>(k: K): Metric<`top${K}Accuracy`> {
  checkInteger('topKAccuracy', 'k', k);
  return {
    name: `top${k}Accuracy`,
    better: 'higher',
    measure: (output, target) => perSample(topKCorrect(output, target, k), output),
    value: ([correct], samples) => (correct as number) / samples,
  };
}

/** The count for one row per sample: what the rows of a sample (its pixels) count together is 1. */
function perSample(count: Tensor, { shape }: Tensor): Tensor {
  const rows = elementCount(shape.slice(1, -1));
  return rows === 1 ? count : multiply(count, 1 / rows);
}
