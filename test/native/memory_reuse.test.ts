/** What the allocator hands out again: small blocks by size, large ones from wherever neighbours are free. */
import { describe, expect, it } from 'vitest';
import { memory, ops } from '../../lib/index.js';
import { zeros } from '../../lib/tensor/tensor.js';

const MB = 1 << 20;
const floats = (bytes: number) => zeros([bytes / 4]);

describe('released memory', () => {
  it('of small tensors serves a large one', () => {
    const held = Array.from({ length: 8 }, () => floats(4 * MB));
    for (const one of held) one.dispose();
    const before = memory();
    const large = floats(24 * MB);
    expect(memory().cachedBytes).toBe(before.cachedBytes - 24 * MB);
    large.dispose();
    expect(memory().cachedBytes).toBe(before.cachedBytes);
  });

  it('of a large tensor serves small ones, and others again once these are gone', () => {
    floats(40 * MB).dispose();
    const { cachedBytes } = memory();
    const held = Array.from({ length: 10 }, () => floats(3 * MB));
    expect(memory().cachedBytes).toBe(cachedBytes - 30 * MB);
    for (const index of [1, 3, 5, 7, 9, 0, 2, 4, 6, 8]) held[index]?.dispose();
    const again = floats(40 * MB);
    expect(memory().cachedBytes).toBe(cachedBytes - 40 * MB);
    again.dispose();
  });

  it('keeps its contents apart', async () => {
    const filled = (length: number, value: number) => ops.add(zeros([length]), value);
    const parts = Array.from({ length: 6 }, (_, i) => filled((i + 1) * 300_000, i));
    for (const index of [0, 2, 4]) parts[index]?.dispose();
    const later = [filled(500_000, 10), filled(290_000, 11), filled(1_400_000, 12)];
    const live = [...parts.filter(({ isDisposed }) => !isDisposed), ...later];
    const found = await Promise.all(live.map(async (one) => new Set(await one.data())));
    expect(found.map((values) => [...values])).toEqual([[1], [3], [5], [10], [11], [12]]);
    for (const one of live) one.dispose();
  });
});
