// What holds for every augmentation of images, and what each of them promises beyond that.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Augmentation,
  colorJitter,
  cutout,
  pcaLighting,
  randomAffine,
  randomCrop,
  randomFlip,
  randomResizedCrop,
} from '../../../lib/data/index.js';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/tensor/errors.js';
import { asFloats, imageBatch, reordered } from './support.js';

const all: Record<string, (seed: number) => Augmentation> = {
  randomCrop: (seed) => randomCrop({ padding: 3, seed }),
  'randomCrop, mirrored': (seed) => randomCrop({ padding: 3, mode: 'reflect', seed }),
  randomFlip: (seed) => randomFlip({ seed }),
  'randomFlip, alternating': (seed) => randomFlip({ alternate: true, seed }),
  cutout: (seed) => cutout({ size: 3, seed }),
  randomAffine: (seed) => randomAffine({ degrees: 30, translate: [0.2, 0.1], scale: [0.7, 1.4], fill: 9, seed }),
  randomResizedCrop: (seed) => randomResizedCrop({ size: [5, 4], scale: [0.2, 1], seed }),
  colorJitter: (seed) => colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2, seed }),
  pcaLighting: (seed) => pcaLighting({ standardDeviation: 0.5, seed }),
};
const shape = [7, 6, 3] as const;

describe.each(Object.entries(all))('%s', (name, make) => {
  it('depends on seed, epoch and sample alone', async () => {
    const whole = imageBatch(shape, 24);
    const { x } = await make(1)(whole);
    const size = x.data.length / 24;
    const part = await make(1)(imageBatch(shape, 10, 7));
    expect(part.x.data).toEqual(x.data.subarray(7 * size, 17 * size));
    const order = Array.from({ length: 24 }, (_, n) => (n * 7) % 24);
    const mixed = await make(1)(reordered(whole, order));
    order.forEach((n, row) => {
      expect(mixed.x.data.subarray(row * size, (row + 1) * size)).toEqual(x.data.subarray(n * size, (n + 1) * size));
    });
    expect((await make(2)(whole)).x.data).not.toEqual(x.data);
    expect((await make(1)({ ...whole, epoch: 1 })).x.data).not.toEqual(x.data);
    expect((await make(1)({ ...whole, epoch: 2 ** 33 + 1 })).x.data).not.toEqual(x.data);
  });

  it('leaves its input alone, and treats float32 as it treats bytes', async () => {
    const bytes = imageBatch(shape, 16);
    const before = bytes.x.data.slice();
    const scale = name === 'pcaLighting' ? 255 : 1; // whose floats are in [0, 1]
    const floats = asFloats(bytes);
    const scaled = { ...floats, x: { ...floats.x, data: floats.x.data.map((value) => value / scale) } };
    const [a, b] = [await make(3)(bytes), await make(3)(scaled)];
    expect(bytes.x.data).toEqual(before);
    expect(b.x.dtype).toBe('float32');
    expect(b.x.shape).toEqual(a.x.shape);
    a.x.data.forEach((byte, i) => {
      expect(Math.abs(byte - Math.min(255, Math.max(0, scale * (b.x.data[i] as number))))).toBeLessThan(0.51);
    });
    expect(a.y).toBe(bytes.y);
  });

  it('rejects batches that are no images', async () => {
    const batch = imageBatch(shape, 2);
    const flat = { ...batch, x: { ...batch.x, shape: [2, 126] } };
    await expect(make(0)(flat)).rejects.toThrow(ShapeError);
    const numbers = { ...batch, x: { data: new Int32Array(252), shape: batch.x.shape, dtype: 'int32' as const } };
    await expect(make(0)(numbers as never)).rejects.toThrow(DTypeError);
    expect(() => make(-1)).toThrow(ArgumentError);
    expect(() => make(0.5)).toThrow(ArgumentError);
  });

  it('takes single pixels and empty choices', async () => {
    if (name === 'randomCrop, mirrored') return; // nothing to mirror
    const { x } = await make(1)(imageBatch([1, 1, 3], 3));
    expect(x.data.length).toBeGreaterThan(0);
  });
});

describe('identity', () => {
  it.each<[string, Augmentation]>([
    ['randomCrop', randomCrop({ seed: 1 })],
    ['randomFlip', randomFlip({ probability: 0, seed: 1 })],
    ['cutout', cutout({ size: 0, seed: 1 })],
    ['randomAffine', randomAffine({ seed: 1 })],
    ['randomResizedCrop', randomResizedCrop({ size: [7, 6], scale: [1, 1], ratio: [6 / 7, 6 / 7], seed: 1 })],
    ['colorJitter', colorJitter({ seed: 1 })],
    ['pcaLighting', pcaLighting({ standardDeviation: 0, seed: 1 })],
  ])('%s without anything to do changes nothing', async (_, augment) => {
    const bytes = imageBatch(shape, 5);
    expect((await augment(bytes)).x).toEqual(bytes.x);
    const floats = asFloats(bytes);
    expect((await augment(floats)).x).toEqual(floats.x);
  });
});

describe('randomCrop', () => {
  it('gives a part of the padded image, every place equally often', async () => {
    const count = 4000;
    const batch = imageBatch([2, 2, 1], count);
    batch.x.data.forEach((_, i) => {
      batch.x.data[i] = 1 + (i % 4);
    });
    const { x } = await randomCrop({ padding: 1, fill: 9, seed: 5 })(batch);
    const seen = new Map<string, number>();
    for (let n = 0; n < count; n++) {
      const key = x.data.subarray(4 * n, 4 * n + 4).join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    const padded = [9, 9, 9, 9, 9, 1, 2, 9, 9, 3, 4, 9, 9, 9, 9, 9];
    const parts = [0, 1, 2, 4, 5, 6, 8, 9, 10].map((at) => [0, 1, 4, 5].map((d) => padded[at + d]).join());
    expect([...seen.keys()].sort()).toEqual([...parts].sort());
    const chi = [...seen.values()].reduce((sum, n) => sum + (n - count / 9) ** 2 / (count / 9), 0);
    expect(chi).toBeLessThan(26.1); // χ² of 8 degrees of freedom, 99.9 %
  });

  it('mirrors about the edge pixels, and cuts to another size', async () => {
    const batch = imageBatch([1, 1, 1], 1);
    const row = {
      ...batch,
      x: { data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [1, 3, 3, 1], dtype: 'uint8' as const },
    };
    const { x } = await randomCrop({ padding: 2, size: 7, mode: 'reflect', seed: 1 })(row);
    expect([...x.data.subarray(0, 14)]).toEqual([9, 8, 7, 8, 9, 8, 7, 6, 5, 4, 5, 6, 5, 4]);
    await expect(randomCrop({ padding: 3, mode: 'reflect', seed: 1 })(row)).rejects.toThrow(
      new ShapeError('randomCrop: images of 3 × 3 cannot be mirrored by 3 pixels'),
    );
    await expect(randomCrop({ size: 4, seed: 1 })(row)).rejects.toThrow('are smaller than 4 × 4');
    await expect(randomCrop({ fill: 300, seed: 1 })(row)).rejects.toThrow('fill (of uint8 images) must be');
  });
});

describe('randomFlip', () => {
  it('undoes itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(1, 3),
        async (h, w, c) => {
          const flip = randomFlip({ probability: 1, seed: 1 });
          const batch = imageBatch([h, w, c], 3);
          const once = await flip(batch);
          expect([...once.x.data.subarray(0, c)]).toEqual([...batch.x.data.subarray((w - 1) * c, w * c)]);
          expect((await flip(once)).x).toEqual(batch.x);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('flips as often as asked; alternating, every image once in two epochs', async () => {
    const batch = imageBatch([1, 2, 1], 4000);
    const flipped = (x: { data: ArrayLike<number> }) =>
      Array.from({ length: 4000 }, (_, n) => (x.data[2 * n] === batch.x.data[2 * n] ? 0 : 1) as number);
    const share = async (probability: number) =>
      flipped((await randomFlip({ probability, seed: 2 })(batch)).x).reduce((sum, one) => sum + one, 0) / 4000;
    expect(await share(0.5)).toBeCloseTo(0.5, 1);
    expect(await share(0.2)).toBeCloseTo(0.2, 1);
    const alternate = randomFlip({ alternate: true, seed: 2 });
    const [even, odd, again] = await Promise.all(
      [0, 1, 2].map(async (epoch) => flipped((await alternate({ ...batch, epoch })).x)),
    );
    expect(again).toEqual(even);
    const same = even?.filter((one, n) => one === odd?.[n]).length as number;
    expect(same).toBeLessThan(60); // only where both pixels are alike
    expect(() => randomFlip({ alternate: true, probability: 0.3, seed: 1 })).toThrow(ArgumentError);
  });
});

describe('cutout', () => {
  it('overwrites one square, less where it reaches out', async () => {
    const batch = imageBatch([9, 9, 1], 500);
    batch.x.data.fill(1);
    const { x } = await cutout({ size: 4, fill: 0, seed: 1 })(batch);
    const zeros = Array.from(
      { length: 500 },
      (_, n) => x.data.subarray(81 * n, 81 * (n + 1)).filter((v) => v === 0).length,
    );
    expect(Math.max(...zeros)).toBe(16);
    expect(Math.min(...zeros)).toBe(4); // the centre in a corner
    // Of the 9 centres along an axis, one leaves 2 rows, two leave 3 and six all 4.
    const mean = zeros.reduce((sum, n) => sum + n, 0) / 500;
    expect(Math.abs(mean - ((2 + 3 + 3 + 6 * 4) / 9) ** 2)).toBeLessThan(0.8);
  });
});
