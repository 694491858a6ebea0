import { describe, expect, it } from 'vitest';
import { beta } from '../../../lib/data/augment/mixing.js';
import { cutMix, type MixingAugmentation, mixUp } from '../../../lib/data/index.js';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/tensor/errors.js';
import { Random } from '../../../lib/tensor/random.js';
import { asFloats, imageBatch, reordered } from './support.js';

const all: Record<string, (options: { seed: number; alpha?: number; classes?: number }) => MixingAugmentation> = {
  mixUp,
  cutMix,
};

describe.each(Object.entries(all))('%s', (_, make) => {
  const options = { alpha: 1, classes: 3, seed: 1 };

  it('keeps the mass of the labels, of each sample and in all', async () => {
    const batch = imageBatch([6, 6, 3], 60);
    const { y } = await make(options)(batch);
    expect(y).toMatchObject({ shape: [60, 3], dtype: 'float32' });
    for (let n = 0; n < 60; n++) {
      const row = [...y.data.subarray(3 * n, 3 * n + 3)];
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
      expect(row[n % 3]).toBeGreaterThan(0);
    }
    expect(new Set(y.data).size).toBeGreaterThan(15);
  });

  it('mixes pixels in the proportion of the labels', async () => {
    // Every image is filled with its class: the mean of an image is the mean of its label.
    const batch = imageBatch([8, 8, 1], 30);
    batch.x.data.forEach((_, i) => {
      batch.x.data[i] = 100 * (Math.floor(i / 64) % 3);
    });
    const { x, y } = await make(options)(asFloats(batch));
    const pixels = Float32Array.from(x.data);
    for (let n = 0; n < 30; n++) {
      const mean = pixels.subarray(64 * n, 64 * (n + 1)).reduce((sum, value) => sum + value / 64, 0);
      const expected = 100 * (y.data[3 * n + 1] as number) + 200 * (y.data[3 * n + 2] as number);
      expect(mean).toBeCloseTo(expected, 2);
    }
  });

  it('does not depend on the order within the batch', async () => {
    const batch = imageBatch([5, 4, 3], 12);
    const once = await make(options)(batch);
    const order = Array.from({ length: 12 }, (_, n) => (5 * n) % 12);
    const again = await make(options)(reordered(batch, order));
    order.forEach((n, row) => {
      expect(again.x.data.subarray(row * 60, row * 60 + 60)).toEqual(once.x.data.subarray(n * 60, n * 60 + 60));
      expect(again.y.data.subarray(row * 3, row * 3 + 3)).toEqual(once.y.data.subarray(n * 3, n * 3 + 3));
    });
    expect((await make(options)({ ...batch, epoch: 1 })).x.data).not.toEqual(once.x.data);
    expect((await make({ ...options, seed: 2 })(batch)).x.data).not.toEqual(once.x.data);
  });

  it('changes nothing with alpha 0, nor a sample that is alone', async () => {
    const batch = imageBatch([4, 4, 3], 5);
    const { x, y } = await make({ ...options, alpha: 0 })(batch);
    expect(x).toEqual(batch.x);
    expect([...y.data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]);
    const alone = imageBatch([4, 4, 3], 1);
    expect((await make(options)(alone)).x).toEqual(alone.x);
  });

  it('mixes what is mixed already', async () => {
    const mixed = await make(options)(imageBatch([4, 4, 3], 9));
    const { y } = await make({ alpha: 1, seed: 2 })(mixed);
    expect(y.data.reduce((sum, share) => sum + share, 0)).toBeCloseTo(9, 4);
  });

  it('rejects bad options and labels', async () => {
    const batch = imageBatch([4, 4, 3], 3);
    expect(() => make({ alpha: -1, seed: 1 })).toThrow(ArgumentError);
    expect(() => make({ classes: 0, seed: 1 })).toThrow(ArgumentError);
    await expect(make({ seed: 1 })(batch)).rejects.toThrow('classes (for labels that are class numbers) must be');
    await expect(make({ classes: 2, seed: 1 })(batch)).rejects.toThrow(
      'label 2 of row 2 is out of range, expected 0 to 1',
    );
    const twice = { ...batch, y: { data: new Int32Array(6), shape: [3, 2], dtype: 'int32' as const } };
    await expect(make(options)(twice)).rejects.toThrow(ShapeError);
    const doubles = { ...batch, y: { data: new Float64Array(3), shape: [3], dtype: 'float64' } };
    await expect(make(options)(doubles as never)).rejects.toThrow(DTypeError);
  });
});

describe('beta', () => {
  it.each([0.1, 0.2, 1, 4])('of α = %d has mean 1/2 and variance 1 / (8 α + 4)', (alpha) => {
    const random = new Random(7);
    const draws = Array.from({ length: 20_000 }, () => beta(alpha, () => random.uniform()));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1 / (8 * alpha + 4))).toBeLessThan(0.006);
    expect(draws.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
