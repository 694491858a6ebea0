import { describe, expect, it } from 'vitest';
import { type HostArray, inMemory } from '../../lib/data/index.js';
import { ShapeError } from '../../lib/tensor/errors.js';
import { collect, counted } from './support.js';

describe('inMemory', () => {
  it('makes every sample once and gives the same batches', async () => {
    let made = 0;
    const slow = counted(150).map((sample) => {
      made++;
      return sample;
    });
    const kept = await inMemory(slow);
    expect(made).toBe(150);
    expect(await collect(kept.shuffle({ seed: 1 }).batch(40), 2)).toEqual(
      await collect(counted(150).shuffle({ seed: 1 }).batch(40), 2),
    );
    expect(made).toBe(150);
    const part = await inMemory(counted(10).skip(4));
    expect([...((await collect(part.batch(9)))[0]?.y.data ?? [])]).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('rejects samples of different shapes', async () => {
    const uneven = counted(70).map(({ x, y }, { index }) => {
      const length = index < 64 ? 1 : 2;
      const row: HostArray<'uint8'> = { ...x, data: new Uint8Array(length), shape: [length] };
      return { x: row, y };
    });
    await expect(inMemory(uneven)).rejects.toThrow(
      new ShapeError('inMemory: x of samples from 64 on is uint8 [2], but uint8 [1] before'),
    );
  });
});
