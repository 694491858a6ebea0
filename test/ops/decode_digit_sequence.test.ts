import { describe, expect, it } from 'vitest';
import { decodeDigitSequence } from '../../lib/ops/decode_digit_sequence.js';
import { ShapeError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

/** Log-probabilities of a digit head that prefers `best`. */
const head = (best: number, p: number) => Array.from({ length: 10 }, (_, k) => Math.log(k === best ? p : (1 - p) / 9));

describe('decodeDigitSequence', () => {
  // p(length) and the best digits 1, 7, 5, 1, 0 of the paper's appendix; scores −6.2146 … −0.4214 … −10.4427
  it.each(['float32', 'float64'] as const)('worked example of Goodfellow et al.: "175", %s', async (dtype) => {
    const lengths = [0.002, 0.002, 0.002, 0.9, 0.09, 0.002, 0.002].map(Math.log);
    const row = [...lengths, ...head(1, 0.9), ...head(7, 0.9), ...head(5, 0.9), ...head(1, 0.2), ...head(0, 0.15)];
    const { sequences, logProbabilities } = decodeDigitSequence(tensor([row], [1, 57], dtype));
    expect(await values(sequences)).toEqual([3, 1, 7, 5, -1, -1]);
    expect(await logProbabilities.item()).toBeCloseTo(Math.log(0.9) * 4, 5);
    expect(await logProbabilities.item()).toBeCloseTo(-0.4214, 4);
  });

  it('finds the best of all sequences, by trying each', async () => {
    const [lengths, digits, classes, batch] = [4, 2, 3, 50];
    const width = lengths + digits * classes;
    const data = [...noise(batch * width, 5)].map((v) => 3 * v);
    const { sequences, logProbabilities } = decodeDigitSequence(tensor(data, [batch, width], 'float64'), {
      digits,
      classes,
      lengths,
    });
    const [found, scores] = [await values(sequences), await values(logProbabilities)];
    const logSoftmax = (z: number[]) => z.map((v) => v - Math.log(z.reduce((sum, u) => sum + Math.exp(u), 0)));
    for (let n = 0; n < batch; n++) {
      const row = data.slice(n * width, (n + 1) * width);
      const length = logSoftmax(row.slice(0, 4));
      const heads = [logSoftmax(row.slice(4, 7)), logSoftmax(row.slice(7, 10))];
      let best = { score: Number.NEGATIVE_INFINITY, sequence: [0, 0, 0] };
      for (let l = 0; l < lengths; l++)
        for (let a = 0; a < classes; a++)
          for (let b = 0; b < classes; b++) {
            const used = [a, b].map((digit, i) => (i < l ? digit : -1));
            const score = used.reduce(
              (sum, digit, i) => sum + (digit < 0 ? 0 : (heads[i]?.[digit] as number)),
              length[l] as number,
            );
            if (score > best.score) best = { score, sequence: [l, ...used] };
          }
      expect(found.slice(3 * n, 3 * n + 3)).toEqual(best.sequence);
      expect(scores[n]).toBeCloseTo(best.score, 12);
    }
  });

  it('rejects what does not fit', () => {
    expect(() => decodeDigitSequence(tensor([1, 2]))).toThrow(ShapeError);
    expect(() => decodeDigitSequence(tensor([[1, 2]]))).toThrow(
      'decodeDigitSequence: logits have 2 columns, but 7 lengths and 5 digits of 10 classes need 57',
    );
    expect(() => decodeDigitSequence(tensor(new Int32Array(57), [1, 57]))).toThrow(
      'must be float32, float64 or bfloat16',
    );
    expect(() => decodeDigitSequence(tensor([[1, 2]]), { size: 1 } as never)).toThrow("unknown option 'size'");
  });
});
