// Not differentiable: a choice.
import { native } from '../native.js';
import { withWide } from '../tensor/convert.js';
import { wideDType } from '../tensor/dtype.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { checkDigitHeads, type DigitSequenceOptions } from './digit_heads.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    decodeDigitSequence(
      logits: Handle, decoded: Handle, scores: Handle, lengths: number, digits: number, classes: number,
    ): void;
  }
}

/** The most probable sequences. */
export interface DecodedDigits {
  /** int32 [batch, 1 + digits]: the length, then the digits, −1 beyond the length. */
  readonly sequences: Tensor;
  /** [batch]: ln P(length, digits), of the logits' dtype, float32 for bfloat16. */
  readonly logProbabilities: Tensor;
}

/**
 * The most probable digit sequence of each row: score(l) = ln p(length = l) + Σ_{i ≤ l} max ln p_i, the best l, and the best
 * digits up to there.
 *
 * @param logits [batch, lengths + digits · classes], float32 or float64: the length's, then each digit's
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const { sequences, logProbabilities } = ops.decodeDigitSequence(model.forward(x), { digits: 5 });
 */
export function decodeDigitSequence(logits: Tensor, options: DigitSequenceOptions = {}): DecodedDigits {
  const { lengths, digits, classes } = checkDigitHeads('decodeDigitSequence', logits, options);
  const batch = logits.shape[0] as number;
  const sequences = empty([batch, 1 + digits], 'int32');
  const logProbabilities = empty([batch], wideDType(logits.dtype));
  withWide(logits, ({ handle }) =>
    native.decodeDigitSequence(handle, sequences.handle, logProbabilities.handle, lengths, digits, classes),
  );
  return { sequences, logProbabilities };
}
