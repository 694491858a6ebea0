// precision(k) = TP(k) / samples taken for k, 0 where there are none
import { type ClassScoreOptions, classMetric, ratio } from './class_scores.js';
import type { Metric } from './metric.js';

/**
 * How many of the samples taken for a class are of that class, from 0 to 1.
 *
 * @param options which class, or which average over classes; default `'macro'`
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const { precision } = await evaluate(model, test, { loss, metrics: [metrics.precision({ classIndex: 1 })] });
 */
export function precision(options: ClassScoreOptions = {}): Metric<'precision'> {
  return classMetric('precision', options, (truePositives, predicted) => ratio(truePositives, predicted));
}
