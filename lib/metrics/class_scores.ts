// Scores of classes from a confusion matrix, and how they become one number.
//
//   TP(k) samples of class k taken for k, predicted(k) those taken for k, actual(k) those of class k
import { confusionMatrix } from '../ops/confusion_matrix.js';
import { checkChoice, checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Metric } from './metric.js';

/** Options of `precision`, `recall` and `f1`. */
export interface ClassScoreOptions {
  /**
   * How the scores of classes become one: their mean (`'macro'`, the default), their mean weighted by the samples of each class
   * (`'weighted'`), or the score of all classes' counts together (`'micro'`).
   */
  readonly average?: 'macro' | 'weighted' | 'micro';
  /** The only class to score, such as 1 for yes-or-no labels, instead of an average. */
  readonly classIndex?: number;
}

type Score = (truePositives: number, predicted: number, actual: number) => number;

/** A metric from scores of classes. @throws ArgumentError for an invalid or unknown option */
export function classMetric<Name extends string>(name: Name, options: ClassScoreOptions, score: Score): Metric<Name> {
  checkOptions(name, options, ['average', 'classIndex']);
  const { average = 'macro', classIndex } = options;
  checkChoice(name, 'average', average, ['macro', 'weighted', 'micro']);
  if (classIndex !== undefined) {
    checkInteger(name, 'classIndex', classIndex, 0);
    if (options.average !== undefined) throw new ArgumentError(`${name}: expected average or classIndex, not both`);
  }
  return {
    name,
    better: 'higher',
    measure: confusionMatrix,
    value(sums) {
      const counts = countsOf(sums);
      if (classIndex !== undefined) {
        const only = counts[classIndex];
        if (!only)
          throw new ArgumentError(`${name}: classIndex is ${classIndex}, but there are ${counts.length} classes`);
        return score(...only);
      }
      if (average === 'micro') return score(...total(counts));
      const scores = counts.map((count) => score(...count));
      const labels = total(counts)[2];
      const weights = counts.map(([, , actual]) => (average === 'macro' ? 1 / counts.length : actual / labels));
      return scores.reduce((sum, value, k) => sum + value * (weights[k] as number), 0);
    },
  };
}

type Counts = [truePositives: number, predicted: number, actual: number];

function countsOf(matrix: Float64Array): Counts[] {
  const classes = Math.sqrt(matrix.length);
  const at = (actual: number, predicted: number) => matrix[actual * classes + predicted] as number;
  return Array.from({ length: classes }, (_, k): Counts => {
    let [predicted, actual] = [0, 0];
    for (let other = 0; other < classes; other++) {
      predicted += at(other, k);
      actual += at(k, other);
    }
    return [at(k, k), predicted, actual];
  });
}

function total(counts: readonly Counts[]): Counts {
  const sums: Counts = [0, 0, 0];
  for (const count of counts)
    for (const [index, value] of count.entries()) sums[index] = (sums[index] as number) + value;
  return sums;
}

/** a / b, and 0 where nothing was counted. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
