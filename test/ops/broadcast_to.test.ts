import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { broadcastTo } from '../../lib/ops/broadcast_to.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { broadcastReference } from '../support/broadcast.js';
import { noise, values } from '../support/tensors.js';

const cases: readonly [readonly number[], readonly number[]][] = [
  [[], []],
  [[], [70_000]],
  [[3], [2, 3]],
  [
    [2, 1],
    [2, 3],
  ],
  [[3], [20_000, 3]],
  [
    [500, 1, 7],
    [500, 9, 7],
  ],
  [
    [2, 1, 3, 1],
    [2, 4, 3, 5],
  ],
  [
    [1, 40_000],
    [2, 40_000],
  ],
  [[1], [0]],
];

const count = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

describe('broadcastTo', () => {
  it.each(['float32', 'float64', 'int32', 'uint8'] as const)('repeats elements in %s', async (dtype) => {
    for (const [from, to] of cases) {
      const x = tensor(
        Array.from({ length: count(from) }, (_, i) => i % 250),
        from,
        dtype,
      );
      const target = { shape: to, data: new Array<number>(count(to)).fill(0) };
      const expected = broadcastReference({ shape: from, data: await values(x) }, target, (a) => a);
      const y = broadcastTo(x, to);
      expect([y.shape, y.dtype, await values(y)]).toEqual([to, dtype, expected.data]);
    }
  });

  it('has the gradient that differences give', async () => {
    for (const [from, to] of cases)
      if (count(to) < 5000) await checkGradient((x) => broadcastTo(x, to), [tensor(noise(count(from)), from)]);
  });

  it('names what does not fit', () => {
    const x = tensor([1, 2, 3]);
    expect(() => broadcastTo(x, [2])).toThrow('broadcastTo: shapes [3] and [2] do not broadcast: 3 meets 2');
    expect(() => broadcastTo(x, [1])).toThrow('broadcastTo: x has shape [3], which does not stretch to [1]');
  });
});
