// The largest share of samples that can be kept, the most confident ones, so that among them the accuracy is at least so high.
// Confidence is the probability of the answer; thresholds are 0.004 apart in its log-odds.
import { argMax } from '../ops/arg_max.js';
import { widened } from '../ops/cast.js';
import { decodeDigitSequence } from '../ops/decode_digit_sequence.js';
import type { DigitSequenceOptions } from '../ops/digit_heads.js';
import { logSoftmax } from '../ops/log_softmax.js';
import { max } from '../ops/max.js';
import { reshape } from '../ops/reshape.js';
import { sequenceCorrect } from '../ops/sequence_correct.js';
import { checkClassification } from '../ops/softmax_cross_entropy.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkRank } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { eachBinDown, logOddsHistogram, logOddsOf } from './log_odds.js';
import type { Metric } from './metric.js';

/** Options of `coverageAtAccuracy`. */
export interface CoverageOptions {
  /** The accuracy asked for, from 0 to 1. */
  readonly accuracy: number;
  /** The heads, where outputs are digit sequences; default: outputs are logits of classes. */
  readonly sequence?: DigitSequenceOptions;
}

/**
 * The share of samples answered when the least confident ones are rejected until the rest is that accurate, from 0 to 1.
 *
 * @throws ArgumentError for an invalid, missing or unknown option; on a batch, as the ops do for what does not fit
 * @example
 * const at98 = metrics.coverageAtAccuracy({ accuracy: 0.98, sequence: { digits: 5 } });
 * const { coverage } = await evaluate(model, test, { loss: losses.digitSequence, metrics: [at98] });
 */
export function coverageAtAccuracy(options: CoverageOptions): Metric<'coverage'> {
  checkOptions('coverageAtAccuracy', options, ['accuracy', 'sequence']);
  const { accuracy, sequence } = options;
  checkNumber('coverageAtAccuracy', 'accuracy', accuracy, 0, 1);
  if (sequence !== undefined) checkOptions('coverageAtAccuracy: sequence', sequence, ['digits', 'classes', 'lengths']);
  return {
    name: 'coverage',
    better: 'higher',
    measure(output, target) {
      const [logProbability, correct] = sequence
        ? judgeSequences(output, target, sequence)
        : judgeClasses(output, target);
      return logOddsHistogram(logOddsOf(logProbability), correct);
    },
    value(sums, samples) {
      let [kept, correct, covered] = [0, 0, 0];
      eachBinDown(sums, (others, hits) => {
        kept += others + hits;
        correct += hits;
        if (correct >= accuracy * kept) covered = kept;
      });
      return covered / samples;
    },
  };
}

type Judged = [logProbability: Tensor, correct: Tensor];

function judgeSequences(output: Tensor, target: Tensor, options: DigitSequenceOptions): Judged {
  const { sequences, logProbabilities } = decodeDigitSequence(output, options);
  return [logProbabilities, sequenceCorrect(sequences, target, logProbabilities.dtype as 'float32' | 'float64')];
}

function judgeClasses(output: Tensor, labels: Tensor): Judged {
  checkClassification('coverageAtAccuracy', output, labels);
  const logits = widened(output);
  checkRank('coverageAtAccuracy', 'logits', logits, 2, '[batch, classes]');
  const column = [logits.shape[0] as number, 1];
  const correct = sequenceCorrect(
    reshape(argMax(logits), column),
    reshape(labels, column),
    logits.dtype as 'float32' | 'float64',
  );
  return [max(logSoftmax(logits), { axes: 1 }), correct];
}
