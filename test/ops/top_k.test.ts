import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { topK } from '../../lib/ops/top_k.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint } from '../support/operators.js';
import { lengths, noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

describe('topK', () => {
  it.each(['float32', 'float64'] as const)('is what sorting gives, in %s', async (dtype) => {
    for (const length of lengths) {
      const x = tensor(
        [...noise(3 * length)].map((v) => Math.round(20 * v)),
        [3, length],
        dtype,
      );
      const rows = await values(x);
      for (const k of new Set([1, Math.min(5, length), length])) {
        const { values: largest, indices } = topK(x, k);
        expect([largest.shape, largest.dtype, indices.shape, indices.dtype]).toEqual([[3, k], dtype, [3, k], 'int32']);
        const order = [0, 1, 2].flatMap((row) =>
          Array.from({ length }, (_, i) => i)
            .sort((a, b) => (rows[row * length + b] as number) - (rows[row * length + a] as number) || a - b)
            .slice(0, k)
            .map((i) => [i, rows[row * length + i] as number]),
        );
        expect(await values(indices)).toEqual(order.map(([i]) => i));
        expect(await values(largest)).toEqual(order.map(([, v]) => v));
      }
    }
  });

  it('takes NaN as largest, and the first of equals', async () => {
    const { values: largest, indices } = topK(tensor([1, Number.NaN, 3, 3, Number.NaN]), 4);
    expect(await values(largest)).toEqual([Number.NaN, Number.NaN, 3, 3]);
    expect(await values(indices)).toEqual([1, 4, 2, 3]);
  });

  it('has the gradient that differences give, which is its adjoint', async () => {
    for (const length of [1, 4, 9, 33]) {
      const k = Math.ceil(length / 2);
      await checkGradient((x) => topK(x, k).values, [tensor(noise(6 * length), [2, 3, length])]);
      await expectAdjoint((x) => topK(x, k).values, [2, length]);
    }
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(100_000)), [1000, 100]);
    const [one, ...others] = await withThreads(() => values(topK(x, 5).indices));
    for (const other of others) expect(other).toEqual(one);
  });

  it('names what does not fit', () => {
    const x = zeros([2, 3]);
    expect(() => topK(x, 4)).toThrow('topK: k 4 exceeds the last axis of x, which has shape [2, 3]');
    expect(() => topK(x, 0)).toThrow('topK: k must be a positive integer, but received 0');
    expect(() => topK(tensor(1), 1)).toThrow('topK: x must have at least one axis, but is a scalar');
    expect(() => topK(zeros([2], 'int32'), 1)).toThrow('topK: x must be float32, float64 or bfloat16, but is int32');
  });
});
