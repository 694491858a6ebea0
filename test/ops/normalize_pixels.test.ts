import { describe, expect, it } from 'vitest';
import { normalizePixels } from '../../lib/ops/normalize_pixels.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const pixels = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);

describe('normalizePixels', () => {
  it.each([1, 2, 3, 4, 5, 16, 17, 24, 300])('scales and shifts each of %d channels', async (channels) => {
    for (const count of [1, 2, 15, 16, 17, 33, 200]) {
      const mean = Array.from({ length: channels }, (_, c) => 0.2 + c / 1000);
      const standardDeviation = Array.from({ length: channels }, (_, c) => 0.3 + c / 500);
      const data = pixels(count * channels);
      const y = normalizePixels(tensor(data, [count, channels]), { mean, standardDeviation });
      expect([y.shape, y.dtype]).toEqual([[count, channels], 'float32']);
      const errors = (await values(y)).map((value, i) => {
        const c = i % channels;
        return Math.abs(value - ((data[i] as number) / 255 - (mean[c] as number)) / (standardDeviation[c] as number));
      });
      expect(Math.max(...errors)).toBeLessThan(5e-7);
    }
  });

  it('takes one number for all channels, and divides by 255 by default', async () => {
    const x = tensor(new Uint8Array([0, 51, 255]), [1, 3]);
    for (const [i, v] of (await values(normalizePixels(x))).entries())
      expect(v).toBeCloseTo([0, 0.2, 1][i] as number, 7);
    for (const [i, v] of (await values(normalizePixels(x, { mean: 0.5, standardDeviation: 0.25 }))).entries())
      expect(v).toBeCloseTo([-2, -1.2, 2][i] as number, 6);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(pixels(90_000), [30_000, 3]);
    const [one, ...others] = await withThreads(() => values(normalizePixels(x, { mean: [0.1, 0.2, 0.3] })));
    for (const other of others) expect(other).toEqual(one);
  });

  it('takes an empty batch', async () => {
    expect(await values(normalizePixels(tensor(new Uint8Array(0), [0, 3])))).toEqual([]);
  });

  it('rejects what does not fit', () => {
    const x = tensor(new Uint8Array(6), [2, 3]);
    expect(() => normalizePixels(tensor([1]))).toThrow('normalizePixels: x must be uint8, but is float32');
    expect(() => normalizePixels(x, { mean: [1, 2] })).toThrow(
      'normalizePixels: mean must be a number or one per channel, but received 2 for 3 channels',
    );
    expect(() => normalizePixels(x, { standardDeviation: 0 })).toThrow(
      'normalizePixels: standardDeviation must be positive, but received 0',
    );
    expect(() => normalizePixels(x, { mean: [1, Number.NaN, 2] })).toThrow(
      'normalizePixels: mean[1] must be a finite number, but received NaN',
    );
    expect(() => normalizePixels(x, { std: 1 } as never)).toThrow("normalizePixels: unknown option 'std'");
  });
});
