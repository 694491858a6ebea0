/** Against PyTorch 1.13, in float64. The numbers were printed by
 *
 *     d = (torch.arange(40.) * 37 % 11 / 4 - 1.2).reshape(4, 10).requires_grad_()   # lengths 0 … 3, then 2 digits of 3 classes
 *     loss = 0
 *     for n, (l, *ds) in enumerate([[0, -1, -1], [1, 2, -1], [2, 0, 1], [3, 1, 2]]):
 *         loss = loss - F.log_softmax(d[n, :4], 0)[l]
 *         for i in range(min(l, 2)): loss = loss - F.log_softmax(d[n, 4 + 3 * i:7 + 3 * i], 0)[ds[i]]
 *     print((loss / 4).item(), torch.autograd.grad(loss / 4, d)[0].tolist())
 */
import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { digitSequenceLoss } from '../../lib/ops/digit_sequence_loss.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const heads = { digits: 2, classes: 3, lengths: 4 };
const logits = () =>
  tensor(
    Float64Array.from({ length: 40 }, (_, i) => ((i * 37) % 11) / 4 - 1.2),
    [4, 10],
  );
const sequences = (...rows: number[]) => tensor(Int32Array.from(rows), [rows.length / 3, 3]);
const target = () => sequences(0, -1, -1, 1, 2, -1, 2, 0, 1, 3, 1, 2);

describe('digitSequenceLoss', () => {
  it('is that of PyTorch, and heads beyond the length get no gradient', async () => {
    const d = logits();
    const { value, gradients } = valueAndGradients(() => digitSequenceLoss(d, target(), heads), [d]);
    expect(await value.item()).toBeCloseTo(4.152367607571333, 12);
    const expected = [
      -0.22982465746035202, 0.054842267008461835, 0.1490767378406008, 0.0259056526112894, 0, 0, 0, 0, 0, 0,
      0.08531940082339853, -0.23517371126608888, 0.04030203124887766, 0.10955227919381273, 0.02250764329259511,
      0.06118211776369941, -0.08368976105629455, 0, 0, 0,
    ];
    const found = await values(gradients[0] as Tensor);
    for (const [index, number] of expected.entries()) expect(found[index]).toBeCloseTo(number, 12);
    expect(found.slice(4, 10)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(found.slice(17, 20)).toEqual([0, 0, 0]);
    expect(found[39]).toBeCloseTo(-0.22182019882292386, 12);
  });

  it('takes targets as bytes, too', async () => {
    const of = (given: Tensor) => {
      const d = logits();
      const { value, gradients } = valueAndGradients(() => digitSequenceLoss(d, given, heads), [d]);
      return Promise.all([value, ...gradients].map(values));
    };
    const bytes = Uint8Array.of(0, 9, 9, 1, 2, 9, 2, 0, 1, 3, 1, 2);
    expect(await of(tensor(bytes, [4, 3]))).toEqual(await of(target()));
    const wrong = digitSequenceLoss(logits(), tensor(bytes.fill(4, 0, 1), [4, 3]), heads);
    await expect(wrong.item()).rejects.toThrow('target[0] is 4, outside of the lengths 0 to 3');
  });

  it('has the gradient that differences give', async () => {
    for (const classes of [1, 3, 10, 17, 33]) {
      const width = 4 + 2 * classes;
      const row = tensor(noise(4 * width), [4, width]);
      const digits = sequences(0, 0, 0, 1, classes - 1, 0, 2, 0, classes - 1, 3, 0, 0);
      await checkGradient((d) => digitSequenceLoss(d, digits, { digits: 2, classes, lengths: 4 }), [row]);
    }
  });

  it('does not care for digits beyond the length', async () => {
    const [one, other] = [sequences(1, 2, 99), sequences(1, 2, -5)];
    const row = tensor(noise(10), [1, 10]);
    const [a, b] = [digitSequenceLoss(row, one, heads), digitSequenceLoss(row, other, heads)];
    expect(await a.item()).toBe(await b.item());
  });

  it.each([
    [[4, 0, 0], 'target[0] is 4, outside of the lengths 0 to 3'],
    [[-1, 0, 0], 'target[0] is -1, outside of the lengths 0 to 3'],
    [[2, 0, 3], 'target[2] is 3, outside of the digits 0 to 2'],
    [[3, -1, 0], 'target[1] is -1, outside of the digits 0 to 2'],
  ])('rejects the target %j at the next await, with gradients of zero', async (row, message) => {
    const d = tensor(noise(10), [1, 10]);
    const { value, gradients } = valueAndGradients(() => digitSequenceLoss(d, sequences(...row), heads), [d]);
    await expect(value.item()).rejects.toThrow(message);
    expect(await values(gradients[0] as Tensor)).toEqual(Array(10).fill(0));
  });

  it('gives the same bits for any number of threads, in float32', async () => {
    const d = tensor(new Float32Array(noise(1000 * 57)), [1000, 57]);
    const digits = tensor(
      Int32Array.from({ length: 6000 }, (_, i) => (i * 7) % (i % 6 === 0 ? 7 : 10)),
      [1000, 6],
    );
    const [one, ...others] = await withThreads(async () => {
      const { value, gradients } = valueAndGradients(() => digitSequenceLoss(d, digits), [d]);
      return [await values(value), await values(gradients[0] as Tensor)];
    });
    for (const other of others) expect(other).toEqual(one);
  });
});
