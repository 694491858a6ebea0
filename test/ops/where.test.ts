import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { greater } from '../../lib/ops/greater.js';
import { where } from '../../lib/ops/where.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint, gradientOf } from '../support/operators.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('where', () => {
  it.each(['float32', 'float64'] as const)(
    'chooses element by element, in %s, by either kind of condition',
    async (dtype) => {
      for (const length of [...lengths, 40_000]) {
        const [a, b] = [1, 2].map((seed) => tensor([...noise(length, seed)], [length], dtype));
        const bits = Array.from({ length }, (_, i) => (i * 7) % 3);
        const [as, bs] = [await values(a as never), await values(b as never)];
        const expected = bits.map((bit, i) => (bit ? as[i] : bs[i]));
        expect(await values(where(tensor(bits, [length], dtype), a as never, b as never))).toEqual(expected);
        expect(await values(where(tensor(bits, [length], 'uint8'), a as never, b as never))).toEqual(expected);
      }
    },
  );

  it('broadcasts all three, and takes numbers', async () => {
    const condition = tensor([[1], [0]]);
    expect(await values(where(condition, tensor([1, 2, 3]), 9))).toEqual([1, 2, 3, 9, 9, 9]);
    expect(await values(where(tensor([1, 0], [2], 'uint8'), tensor([[1], [2]]), tensor(5)))).toEqual([1, 5, 2, 5]);
    const x = tensor([-2, Number.NaN, 3]);
    expect(await values(where(greater(x, 0), x, 0))).toEqual([0, 0, 3]);
  });

  it('has the gradients that differences give', async () => {
    for (const dtype of ['float64', 'uint8'] as const) {
      const condition = tensor([1, 0, 0, 1, 1, 0], [2, 3], dtype);
      await checkGradient((a, b) => where(condition, a, b), [tensor(noise(6), [2, 3]), tensor(noise(6, 2), [2, 3])]);
      await checkGradient((a, b) => where(condition, a, b), [tensor(noise(3), [3]), tensor(noise(4, 2), [2, 2, 1])]);
      await expectAdjoint((a) => where(condition, a, 0), [3]);
    }
  });

  it('keeps an infinite gradient away from what was not chosen', async () => {
    const a = zeros([2]);
    expect(await gradientOf(() => where(tensor([1, 0]), a, 1), a, [2, Number.POSITIVE_INFINITY])).toEqual([2, 0]);
  });

  it('names what does not fit', () => {
    const x = zeros([2]);
    expect(() => where(tensor([1, 0], [2], 'int32'), x, x)).toThrow(
      'where: condition must be float32, as a and b are, or uint8, but is int32',
    );
    expect(() => where(zeros([3]), x, x)).toThrow('where: shapes [3] and [2] do not broadcast: 3 meets 2');
    expect(() => where(x, x, zeros([2], 'float64'))).toThrow('where: a is float32, but b is float64');
    expect(() => where(x, 1, 2)).toThrow('where: a or b must be a tensor, but both are numbers');
    expect(() => where(true as never, x, x)).toThrow('where: condition must be a tensor, but received boolean');
  });
});
