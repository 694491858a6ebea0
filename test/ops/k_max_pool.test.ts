import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { kMaxPool } from '../../lib/ops/k_max_pool.js';
import { maxOverTime } from '../../lib/ops/max_over_time.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { gradientOf, random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const cases = [
  [[2, 7, 1], 3],
  [[3, 9, 17], 1],
  [[1, 50, 4], 5],
  [[2, 6, 3], 6],
] as const;

describe('kMaxPool', () => {
  it.each(cases)('keeps the largest in their order: %j, k %i', async (shape, k) => {
    const [batch, length, channels] = shape;
    for (const dtype of ['float32', 'float64'] as const) {
      const x = random(shape, dtype);
      const data = await values(x);
      const at = (b: number, t: number, c: number) => data[(b * length + t) * channels + c] as number;
      const expected: number[] = [];
      for (let b = 0; b < batch; b++) {
        const kept = Array.from({ length: channels }, (_, c) =>
          Array.from({ length }, (__, t) => t)
            .sort((s, t) => at(b, t, c) - at(b, s, c))
            .slice(0, k)
            .sort((s, t) => s - t),
        );
        for (let i = 0; i < k; i++)
          for (const [c, positions] of kept.entries()) expected.push(at(b, positions[i] as number, c));
      }
      expect(await values(kMaxPool(x, { k }))).toEqual(expected);
    }
    await checkGradient((x) => kMaxPool(x, { k }), [tensor(distinct(size(shape)), shape)]);
  });

  it('keeps the first of equal values, lets NaN win, and is maxOverTime for k = 1', async () => {
    const x = tensor([2, 3, 1, 3, 3], [1, 5, 1]);
    expect(await values(kMaxPool(x, { k: 2 }))).toEqual([3, 3]);
    expect(await gradientOf(() => kMaxPool(x, { k: 2 }), x, [5, 7])).toEqual([0, 5, 0, 7, 0]);
    expect(await values(kMaxPool(tensor([4, Number.NaN, 5], [1, 3, 1]), { k: 2 }))).toEqual([Number.NaN, 5]);
    const sequences = random([2, 9, 5]);
    expect(await values(kMaxPool(sequences, { k: 1 }))).toEqual(await values(maxOverTime(sequences)));
  });

  it('gives the same bits for any number of threads', async () => {
    const x = random([40, 60, 30], 'float32');
    const [one, ...others] = await withThreads(() => values(kMaxPool(x, { k: 4 })));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 2]);
    expect(() => kMaxPool(x, { k: 5 })).toThrow('kMaxPool: k 5 is larger than the length 4 of the sequences');
    expect(() => kMaxPool(x, { k: 0 })).toThrow('kMaxPool: k must be a positive integer, but received 0');
    expect(() => kMaxPool(random([4, 2]), { k: 1 })).toThrow('kMaxPool: x must have 3 axes [batch, length, channels]');
    expect(() => kMaxPool(x, 3 as never)).toThrow('kMaxPool: expected an options object, but received 3');
  });
});
