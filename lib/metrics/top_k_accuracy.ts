// Share of samples whose label is among the k largest logits.
import { topKCorrect } from '../ops/top_k_correct.js';
import { checkInteger } from '../tensor/arguments.js';
import type { Metric } from './metric.js';

/**
 * The share of samples whose label is among the `k` highest outputs, from 0 to 1. Called `'top5Accuracy'` for k = 5.
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
    measure: (output, target) => topKCorrect(output, target, k),
    value: ([correct], samples) => (correct as number) / samples,
  };
}
