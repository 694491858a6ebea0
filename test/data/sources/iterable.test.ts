import { describe, expect, it } from 'vitest';
import { fromIterable, type HostArray } from '../../../lib/data/index.js';
import { ArgumentError, ShapeError } from '../../../lib/tensor/errors.js';
import { collect, labelsOf } from '../support.js';

const array = (value: number, length = 2): HostArray<'int32'> => ({
  ...{ data: new Int32Array(length).fill(value), shape: [length], dtype: 'int32' },
});
async function* samples(count: number, epoch = 0) {
  for (let i = 0; i < count; i++) yield { x: array(i), y: { ...array(i + 100 * epoch, 1), shape: [] } };
}

describe('fromIterable', () => {
  it('groups what comes, as often as asked', async () => {
    const source = fromIterable((epoch) => samples(5, epoch), { batchSize: 2 });
    expect(await labelsOf(source)).toEqual([[0, 1], [2, 3], [4]]);
    expect(await labelsOf(source, 1)).toEqual([[100, 101], [102, 103], [104]]);
    expect(await labelsOf(source, 0, 1)).toEqual([[2, 3], [4]]);
    const [first] = await collect(source);
    expect(first).toMatchObject({
      x: { shape: [2, 2] },
      y: { shape: [2] },
      epoch: 0,
      index: 0,
      indices: Uint32Array.of(0, 1),
    });
    const whole = fromIterable(() => samples(5), { batchSize: 2, dropLast: true });
    expect(await labelsOf(whole.prefetch(2))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(source.size).toBeUndefined();
  });

  it('shuffles through a buffer, by seed and epoch, and resumes', async () => {
    const source = fromIterable(() => samples(50), { batchSize: 7, shuffle: { buffer: 10, seed: 3 } });
    const order = (await labelsOf(source)).flat();
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    order.forEach((label, position) => {
      expect(label).toBeLessThanOrEqual(position + 10); // nothing comes before the buffer holds it
    });
    expect((await labelsOf(source)).flat()).toEqual(order);
    expect((await labelsOf(source, 0, 3)).flat()).toEqual(order.slice(21));
    expect((await labelsOf(source, 1)).flat()).not.toEqual(order);
  });

  it('takes plain iterables and maps batches', async () => {
    const list = [0, 1, 2].map((i) => ({ x: array(i), y: array(i, 1) }));
    const doubled = fromIterable(() => list, { batchSize: 3 }).map((batch) => ({
      ...batch,
      y: { ...batch.y, data: batch.y.data.map((value) => 2 * value) },
    }));
    expect(await labelsOf(doubled)).toEqual([[0, 2, 4]]);
  });

  it('rejects bad options and samples', async () => {
    expect(() => fromIterable([] as never, { batchSize: 1 })).toThrow(ArgumentError);
    expect(() => fromIterable(() => [], { batchSize: 0 })).toThrow('batchSize must be a positive integer');
    const uneven = fromIterable(() => [1, 2].map((n) => ({ x: array(0, n), y: array(0) })), { batchSize: 2 });
    await expect(collect(uneven)).rejects.toThrow(ShapeError);
    await expect(collect(fromIterable(() => [{ x: 1 }] as never, { batchSize: 1 }))).rejects.toThrow(ArgumentError);
  });
});
