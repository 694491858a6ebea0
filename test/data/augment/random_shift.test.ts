import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromArrays, randomShift } from '../../../lib/data/index.js';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/tensor/errors.js';
import { collect } from '../support.js';

const size = 40;
/** Images of distinct non-zero bytes. */
const images = (height: number, width: number, channels: number) => {
  const pixels = Uint8Array.from({ length: size * height * width * channels }, (_, i) => 1 + (i % 255));
  return fromArrays({ images: pixels, imageShape: [height, width, channels], labels: new Uint8Array(size) });
};

/** The image shifted by the definition, pixel by pixel. */
function shifted(x: Uint8Array, di: number, dj: number, height: number, width: number, channels: number): number[] {
  return Array.from(x, (_, position) => {
    const c = position % channels;
    const j = (Math.floor(position / channels) % width) + dj;
    const i = Math.floor(position / channels / width) + di;
    const inside = i >= 0 && i < height && j >= 0 && j < width;
    return inside ? (x[(i * width + j) * channels + c] as number) : 0;
  });
}

describe('randomShift', () => {
  it('shifts every image by at most `pixels`, as defined', async () => {
    const extent = fc.integer({ min: 1, max: 5 });
    await fc.assert(
      fc.asyncProperty(
        extent,
        extent,
        fc.constantFrom(1, 3),
        fc.nat(6),
        fc.maxSafeNat(),
        async (height, width, channels, pixels, seed) => {
          const dataset = images(height, width, channels).batch(size);
          const [[before], [after]] = await Promise.all([
            collect(dataset),
            collect(dataset.map(randomShift({ pixels, seed }))),
          ]);
          const image = height * width * channels;
          for (let n = 0; n < size; n++) {
            const [x, y] = [before, after].map((batch) => batch?.x.data.subarray(n * image, (n + 1) * image)) as [
              Uint8Array,
              Uint8Array,
            ];
            const offsets = Array.from({ length: 2 * pixels + 1 }, (_, i) => i - pixels);
            const matches = offsets.some((di) =>
              offsets.some((dj) => shifted(x, di, dj, height, width, channels).every((value, i) => value === y[i])),
            );
            expect(matches).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('depends on seed, epoch and sample alone, not on the batch', async () => {
    const shift = randomShift({ pixels: 2, seed: 3 });
    const pixelsOf = async (epoch: number, batchSize: number, shuffleSeed: number, map = shift) => {
      const rows = new Map<number, string>();
      for (const { x, indices } of await collect(
        images(6, 6, 1).shuffle({ seed: shuffleSeed }).batch(batchSize).map(map),
        epoch,
      )) {
        for (const [n, index] of indices.entries()) rows.set(index, x.data.subarray(36 * n, 36 * (n + 1)).join());
      }
      return [...rows].sort(([a], [b]) => a - b);
    };
    const once = await pixelsOf(1, 7, 1);
    expect(await pixelsOf(1, 40, 2)).toEqual(once);
    expect(await pixelsOf(2, 7, 1)).not.toEqual(once);
    expect(await pixelsOf(1, 7, 1, randomShift({ pixels: 2, seed: 4 }))).not.toEqual(once);
  });

  it('uses every shift about equally often', async () => {
    const pixels = new Uint8Array(5000 * 9);
    for (let n = 0; n < 5000; n++) pixels[n * 9 + 4] = 1; // a dot in the middle of 3 × 3
    const dots = fromArrays({ images: pixels, imageShape: [3, 3, 1], labels: new Uint8Array(5000) });
    const [batch] = await collect(dots.batch(5000).map(randomShift({ pixels: 1, seed: 1 })));
    const counts = Array.from(
      { length: 9 },
      (_, p) => batch?.x.data.reduce((sum, value, i) => sum + (i % 9 === p ? value : 0), 0) as number,
    );
    const expected = 5000 / 9;
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(26.1); // χ², 99.9 %
  });

  it('rejects bad options and batches', async () => {
    expect(() => randomShift({ pixels: -1, seed: 0 })).toThrow(
      new ArgumentError('randomShift: pixels must be a non-negative integer, but received -1'),
    );
    expect(() => randomShift({ pixels: 1, seed: Number.NaN })).toThrow(ArgumentError);
    const flat = fromArrays({ images: new Uint8Array(8), imageShape: [4], labels: new Uint8Array(2) }).batch(2);
    await expect(collect(flat.map(randomShift({ pixels: 1, seed: 0 })))).rejects.toThrow(
      new ShapeError('randomShift: x must be [batch, height, width, channels], but received [2, 4]'),
    );
    const floats = fromArrays({ images: new Float32Array(8), imageShape: [2, 2, 1], labels: new Uint8Array(2) }).batch(
      2,
    );
    // @ts-expect-error: float32 images
    await expect(collect(floats.map(randomShift({ pixels: 1, seed: 0 })))).rejects.toThrow(
      new DTypeError('randomShift: x must be uint8, but received float32'),
    );
  });
});
