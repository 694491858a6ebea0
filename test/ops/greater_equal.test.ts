import { describe, expect, it } from 'vitest';
import { greaterEqual } from '../../lib/ops/greater_equal.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('greaterEqual', () => {
  it.each(['float32', 'float64'] as const)('is 1 where a >= b, in %s', async (dtype) => {
    for (const length of [...lengths, 40_000]) {
      const [a, b] = [1, 2].map((seed) => [...noise(length, seed)].map((v) => Math.round(2 * v)));
      const y = greaterEqual(tensor(a as number[], [length], dtype), tensor(b as number[], [length], dtype));
      expect(y.dtype).toBe(dtype);
      expect(await values(y)).toEqual((a as number[]).map((v, i) => Number(v >= (b?.[i] as number))));
    }
  });

  it('broadcasts, takes a number on either side, and compares NaN and infinities as numbers do', async () => {
    expect(await values(greaterEqual(tensor([[1], [2]]), tensor([1, 2, 3])))).toEqual(
      [1, 2].flatMap((a) => [1, 2, 3].map((b) => Number(a >= b))),
    );
    const special = [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, Number.POSITIVE_INFINITY];
    for (const one of special) {
      expect(await values(greaterEqual(tensor(special), one))).toEqual(special.map((v) => Number(v >= one)));
      expect(await values(greaterEqual(one, tensor(special)))).toEqual(special.map((v) => Number(one >= v)));
    }
  });

  it('names what does not fit', () => {
    const x = zeros([2]);
    expect(() => greaterEqual(1, 2)).toThrow('greaterEqual: a or b must be a tensor, but both are numbers');
    expect(() => greaterEqual(x, zeros([3]))).toThrow(/^greaterEqual: shapes .* do not broadcast: \d meets \d/);
    expect(() => greaterEqual(x, zeros([2], 'float64'))).toThrow('greaterEqual: a is float32, but b is float64');
    expect(() => greaterEqual(zeros([2], 'int32'), x)).toThrow(
      'greaterEqual: a must be float32, float64 or bfloat16, but is int32',
    );
  });
});
