// F1(k) = 2 TP(k) / (samples taken for k + samples of class k): the harmonic mean of precision and recall
import { type ClassScoreOptions, classMetric, ratio } from './class_scores.js';
import type { Metric } from './metric.js';

/**
 * The harmonic mean of precision and recall, from 0 to 1.
 *
 * @param options which class, or which average over classes; default `'macro'`
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const { f1 } = await evaluate(model, test, { loss, metrics: [metrics.f1({ classIndex: 1 })] });
 */
export function f1(options: ClassScoreOptions = {}): Metric<'f1'> {
  return classMetric('f1', options, (truePositives, predicted, actual) => ratio(2 * truePositives, predicted + actual));
}
