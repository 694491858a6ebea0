import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { embedding } from '../../lib/ops/embedding.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { gradientOf } from '../support/operators.js';
import { noise, values } from '../support/tensors.js';

const words = tensor(
  [
    [0, 2],
    [1, 2],
  ],
  [2, 2],
  'int32',
);

describe('embedding', () => {
  it('looks vectors up', async () => {
    const table = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const y = embedding(table, words);
    expect(y.shape).toEqual([2, 2, 2]);
    expect(await values(y)).toEqual([1, 2, 5, 6, 3, 4, 5, 6]);
  });

  it('has the gradient that differences give', async () => {
    for (const size of [1, 3, 8, 17])
      await checkGradient((table) => embedding(table, words), [tensor(noise(3 * size), [3, size])]);
  });

  it('gives the row of paddingIndex no gradient', async () => {
    const table = zeros([3, 2]);
    const dy = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(await gradientOf(() => embedding(table, words), table, dy)).toEqual([1, 2, 5, 6, 10, 12]);
    expect(await gradientOf(() => embedding(table, words, { paddingIndex: 2 }), table, dy)).toEqual([1, 2, 5, 6, 0, 0]);
    expect(await gradientOf(() => embedding(table, words, { paddingIndex: 0 }), table, dy)).toEqual([
      0, 0, 5, 6, 10, 12,
    ]);
  });

  it('rejects an index outside when the result is read', async () => {
    await expect(embedding(zeros([2, 3]), words).data()).rejects.toThrow('indices[1] is 2, outside of 0 to 1');
  });

  it('names what does not fit', () => {
    const table = zeros([3, 2]);
    expect(() => embedding(zeros([3]), words)).toThrow(
      'embedding: table must have 2 axes [vocabulary, size], but has shape [3]',
    );
    expect(() => embedding(zeros([3, 2], 'int32'), words)).toThrow(
      'embedding: table must be float32, float64 or bfloat16, but is int32',
    );
    expect(() => embedding(table, zeros([2]))).toThrow('embedding: indices must be int32, but is float32');
    expect(() => embedding(table, words, { paddingIndex: 3 })).toThrow(
      "embedding: paddingIndex 3 is not one of the table's 3 rows",
    );
    expect(() => embedding(table, words, { paddingIndex: -1 })).toThrow(
      'embedding: paddingIndex must be a non-negative integer, but received -1',
    );
  });
});
