// Not differentiable: a comparison.
import { native } from '../native.js';
import { checkRank, checkTensorDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { checkLabels } from './labels.js';

declare module '../native.js' {
  interface Native {
    sequenceCorrect(decoded: Handle, target: Handle, correct: Handle): void;
  }
}

/**
 * 1 for each row whose length and digits up to there are those of the target, else 0: no partial credit.
 *
 * @param decoded int32 [batch, 1 + digits]: the length, then the digits; with no digits, class numbers [batch, 1]
 * @param target int32 or uint8, of the same shape; digits beyond the length do not count
 * @param dtype of the result, default float32
 * @returns [batch]
 * @throws ShapeError or DTypeError for inputs that do not fit
 * @example
 * const correct = ops.sequenceCorrect(ops.decodeDigitSequence(logits).sequences, target);
 */
export function sequenceCorrect(decoded: Tensor, target: Tensor, dtype: 'float32' | 'float64' = 'float32'): Tensor {
  checkTensorDType('sequenceCorrect', 'decoded', decoded, 'int32');
  checkRank('sequenceCorrect', 'decoded', decoded, 2, '[batch, 1 + digits]');
  checkLabels('sequenceCorrect', 'target', target, decoded.shape);
  if (decoded.shape.includes(0))
    throw new ShapeError(`sequenceCorrect: decoded must not be empty, but has shape ${formatShape(decoded.shape)}`);
  const correct = empty([decoded.shape[0] as number], dtype);
  native.sequenceCorrect(decoded.handle, target.handle, correct.handle);
  return correct;
}
