import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { setThreads } from '../../lib/native.js';
import { subtract } from '../../lib/ops/subtract.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { broadcastReference } from '../support/broadcast.js';
import { noise, values } from '../support/tensors.js';

const count = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);
const random = (shape: readonly number[], seed: number): Tensor => tensor(noise(count(shape), seed), shape);

/** Both orders of these are tested: rows and columns shorter and longer than a tile, a chunk, several of either. */
const pairs: readonly [readonly number[], readonly number[]][] = [
  [[], []],
  [[1, 1], [1]],
  [[70_000], [1]],
  [
    [3, 40_000],
    [3, 1],
  ],
  [[3, 40_000], [40_000]],
  ...[1, 2, 3, 15, 16, 17, 64, 100, 1023, 1024, 1025, 1500].flatMap((columns) => [
    [[33, columns], [columns]] as [number[], number[]],
    [
      [33, columns],
      [33, 1],
    ] as [number[], number[]],
    [
      [33, 1],
      [1, columns],
    ] as [number[], number[]],
    [
      [4, 70, columns],
      [4, 1, columns],
    ] as [number[], number[]],
  ]),
  [[30_000, 3], [3]],
  [
    [20_000, 2, 3],
    [20_000, 1, 3],
  ],
  [
    [2, 20_000, 2],
    [20_000, 1],
  ],
  [
    [2, 3, 5, 7],
    [2, 1, 5, 1],
  ],
  [
    [2, 1, 3, 1, 2, 1],
    [1, 2, 1, 3, 1, 2],
  ],
  [
    [5, 1, 4, 1, 3],
    [2, 1, 6, 1],
  ],
  [[0, 3], [3]],
  [
    [2, 0],
    [2, 1],
  ],
];

describe('broadcasting', () => {
  it('brings the elements together that NumPy does', async () => {
    for (const [left, right] of pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])) {
      const [a, b] = [random(left, 1), random(right, 2)];
      const y = subtract(a, b);
      const data = [await values(a), await values(b)] as const;
      const expected = broadcastReference(
        { shape: left, data: data[0] },
        { shape: right, data: data[1] },
        (p, q) => p - q,
      );
      expect(y.shape).toEqual(expected.shape);
      expect(await values(y), `shapes [${left}] and [${right}]`).toEqual(expected.data);
    }
  });

  it('has gradients summed over what was stretched', async () => {
    for (const [left, right] of pairs)
      if (count(left) * count(right) < 1e5) await checkGradient(subtract, [random(left, 1), random(right, 2)]);
  });

  it('does not depend on the number of threads', async () => {
    const [a, b] = [random([300, 700], 1), random([700], 2)];
    setThreads(1);
    const alone = await values(subtract(a, b));
    setThreads(4);
    expect(await values(subtract(a, b))).toEqual(alone);
  });
});
