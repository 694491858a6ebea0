import { expect, it } from 'vitest';
import { scoreHistogram } from '../../lib/ops/score_histogram.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

it('counts hits and others, the outermost bins open', async () => {
  const scores = tensor([-9, 0.1, 0.6, 0.6, 1, 7, Number.NaN, Number.POSITIVE_INFINITY]);
  const hits = tensor([0, 1, 1, 0, 1, 0, 1, 1]);
  expect(await values(scoreHistogram(scores, hits, { bins: 4, low: 0, high: 1 }))).toEqual([1, 0, 1, 1, 2, 0, 1, 2]);
});

it('rejects what does not fit', () => {
  const one = tensor([1]);
  expect(() => scoreHistogram(one, one, { bins: 0, low: 0, high: 1 })).toThrow('bins must be a positive integer');
  expect(() => scoreHistogram(one, one, { bins: 1, low: 1, high: 1 })).toThrow('low must be below high');
  expect(() => scoreHistogram(one, tensor([1, 2]), { bins: 1, low: 0, high: 1 })).toThrow('hits must have shape [1]');
  expect(() => scoreHistogram(tensor([[1]]), one, { bins: 1, low: 0, high: 1 })).toThrow('scores must have 1 axis [n]');
  expect(() => scoreHistogram(one, one, { count: 1 } as never)).toThrow("unknown option 'count'");
});
