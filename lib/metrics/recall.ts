// recall(k) = TP(k) / samples of class k, 0 where there are none
import { type ClassScoreOptions, classMetric, ratio } from './class_scores.js';
import type { Metric } from './metric.js';

/**
 * How many of the samples of a class are taken for that class, from 0 to 1.
 *
 * @param options which class, or which average over classes; default `'macro'`
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const { recall } = await evaluate(model, test, { loss, metrics: [metrics.recall({ classIndex: 1 })] });
 */
export function recall(options: ClassScoreOptions = {}): Metric<'recall'> {
  return classMetric('recall', options, (truePositives, _predicted, actual) => ratio(truePositives, actual));
}
