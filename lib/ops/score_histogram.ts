// Not differentiable: counts.
import { native } from '../native.js';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameDType, checkSameShape } from '../tensor/checks.js';
import { withWide } from '../tensor/convert.js';
import { ArgumentError } from '../tensor/errors.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    scoreHistogram(scores: Handle, hits: Handle, counts: Handle, low: number, high: number): void;
  }
}

/** Options of {@link scoreHistogram}. */
export interface ScoreHistogramOptions {
  readonly bins: number;
  /** Where the lowest bin begins; it takes what is below, too. */
  readonly low: number;
  /** Where the highest bin ends; it takes what is above, too. */
  readonly high: number;
}

/**
 * How scores are spread, apart for hits and for the others.
 *
 * @param scores [n], float32 or float64
 * @param hits [n], of the same dtype: above 0 for a hit
 * @returns float32 [2, bins]: the others, then the hits
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const counts = ops.scoreHistogram(scores, correct, { bins: 1000, low: -16, high: 16 });
 */
export function scoreHistogram(scores: Tensor, hits: Tensor, options: ScoreHistogramOptions): Tensor {
  checkOptions('scoreHistogram', options, ['bins', 'low', 'high']);
  const { bins, low, high } = options;
  checkInteger('scoreHistogram', 'bins', bins);
  checkNumber('scoreHistogram', 'low', low);
  checkNumber('scoreHistogram', 'high', high);
  if (!(low < high)) throw new ArgumentError(`scoreHistogram: low must be below high, but received ${low} and ${high}`);
  checkFloat('scoreHistogram', 'scores', scores);
  checkRank('scoreHistogram', 'scores', scores, 1, '[n]');
  checkFloat('scoreHistogram', 'hits', hits);
  checkSameDType('scoreHistogram', 'hits', hits, 'scores', scores);
  checkSameShape('scoreHistogram', 'hits', hits, scores.shape);
  const counts = empty([2, bins], 'float32');
  withWide(scores, (s) => withWide(hits, (h) => native.scoreHistogram(s.handle, h.handle, counts.handle, low, high)));
  return counts;
}
