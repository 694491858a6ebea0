// Share of samples whose decoded digit sequence is the target's: length and every digit. No partial credit.
import { decodeDigitSequence } from '../ops/decode_digit_sequence.js';
import type { DigitSequenceOptions } from '../ops/digit_heads.js';
import { sequenceCorrect } from '../ops/sequence_correct.js';
import { sum } from '../ops/sum.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Metric } from './metric.js';

/**
 * The share of samples whose whole sequence is read correctly, from 0 to 1.
 *
 * @param options the heads, as in `losses.digitSequence`
 * @throws ArgumentError for an unknown option; on a batch, ShapeError, DTypeError or ArgumentError for what does not fit
 * @example
 * const { sequenceAccuracy } = await evaluate(model, test, { loss: losses.digitSequence, metrics: [metrics.sequenceAccuracy()] });
 */
export function sequenceAccuracy(options: DigitSequenceOptions = {}): Metric<'sequenceAccuracy'> {
  checkOptions('sequenceAccuracy', options, ['digits', 'classes', 'lengths']);
  return {
    name: 'sequenceAccuracy',
    better: 'higher',
    measure: (output, target) => sum(sequenceCorrect(decodeDigitSequence(output, options).sequences, target)),
    value: ([correct], samples) => (correct as number) / samples,
  };
}
