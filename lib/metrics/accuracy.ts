// Share of samples whose label has the largest logit; of pixels, where each has logits and a label.
import type { Metric } from './metric.js';
import { topKAccuracy } from './top_k_accuracy.js';

/**
 * The share of samples whose label has the highest output, from 0 to 1.
 *
 * Of outputs [batch, ..., classes] and labels [batch, ...] it is the share of all labels, as of the pixels of images.
 *
 * @example
 * const { accuracy } = await evaluate(model, test, { loss, metrics: [metrics.accuracy()] });
 */
export function accuracy(): Metric<'accuracy'> {
  return { ...topKAccuracy(1), name: 'accuracy' };
}
