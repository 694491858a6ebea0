// loss = mean over the batch of −ln p(length) − Σ_{i ≤ min(length, digits)} ln p_i(digit_i)
import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { checkDigitHeads, checkDigitTarget, type DigitHeads, type DigitSequenceOptions } from './digit_heads.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    digitSequenceLoss(
      logits: Handle, target: Handle, loss: Handle, normalizers: Handle,
      lengths: number, digits: number, classes: number,
    ): void;
    // biome-ignore format: a line per meaning
    digitSequenceLossGradient(
      logits: Handle, target: Handle, normalizers: Handle, dy: Handle, dLogits: Handle,
      lengths: number, digits: number, classes: number,
    ): void;
  }
}

const digitSequenceLossOp = defineOp({
  name: 'digitSequenceLoss',
  forward([logits, target]: [Tensor, Tensor], { lengths, digits, classes }: DigitHeads) {
    const output = empty([], logits.dtype);
    const normalizers = empty([logits.shape[0] as number, 1 + digits, 3], logits.dtype);
    const handles = [logits.handle, target.handle, output.handle, normalizers.handle] as const;
    native.digitSequenceLoss(...handles, lengths, digits, classes);
    return { output, saved: { logits, target, normalizers } };
  },
  bfloat16: { inputs: [] },
  backward: (dy, { logits, target, normalizers }, { lengths, digits, classes }) => [
    () => {
      const dLogits = empty(logits.shape, logits.dtype);
      const handles = [logits.handle, target.handle, normalizers.handle, dy.handle, dLogits.handle] as const;
      native.digitSequenceLossGradient(...handles, lengths, digits, classes);
      return dLogits;
    },
    undefined,
  ],
});

/**
 * The mean negative log-likelihood of digit sequences. Heads beyond a sequence's length get no gradient.
 *
 * A length or digit out of range makes the next `item()` or `data()` reject with a NativeError that names it.
 *
 * @param logits [batch, lengths + digits · classes], float32 or float64: the length's, then each digit's
 * @param target int32 or uint8 [batch, 1 + digits]: the length, then the digits; those beyond the length may be anything
 * @returns a scalar
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const loss = ops.digitSequenceLoss(logits, target, { digits: 5 }); // logits [batch, 7 + 5 · 10]
 */
export function digitSequenceLoss(logits: Tensor, target: Tensor, options: DigitSequenceOptions = {}): Tensor {
  const heads = checkDigitHeads('digitSequenceLoss', logits, options);
  checkDigitTarget('digitSequenceLoss', target, logits.shape[0] as number, heads.digits);
  return digitSequenceLossOp([logits, target], heads);
}
