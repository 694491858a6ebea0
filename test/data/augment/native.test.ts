// The augmentations with native kernels, against their definitions written out.
import { describe, expect, it } from 'vitest';
import { type Transform, warp } from '../../../lib/data/augment/warp.js';
import { colorJitter, pcaLighting, randomAffine, randomResizedCrop } from '../../../lib/data/index.js';
import { ArgumentError, ShapeError } from '../../../lib/tensor/errors.js';
import { asFloats, imageBatch } from './support.js';

/** Pixel by pixel, in double precision. */
function warped(
  x: ArrayLike<number>,
  [h, w, c]: readonly number[],
  t: Transform,
  [th, tw]: readonly number[],
  fill: number | 'edge',
) {
  const [height, width, channels, toHeight, toWidth] = [h, w, c, th, tw] as [number, number, number, number, number];
  const pixel = (i: number, j: number, k: number): number => {
    const inside = i >= 0 && i < height && j >= 0 && j < width;
    if (!inside && fill !== 'edge') return fill;
    const [p, q] = [Math.min(Math.max(i, 0), height - 1), Math.min(Math.max(j, 0), width - 1)];
    return x[(p * width + q) * channels + k] as number;
  };
  return Array.from({ length: toHeight * toWidth * channels }, (_, at) => {
    const [k, j, i] = [at % channels, Math.floor(at / channels) % toWidth, Math.floor(at / channels / toWidth)];
    const [si, sj] = [t[0] * i + t[1] * j + t[2], t[3] * i + t[4] * j + t[5]];
    const [p, q] = [Math.floor(si), Math.floor(sj)];
    const [v, u] = [si - p, sj - q];
    return (
      (1 - v) * ((1 - u) * pixel(p, q, k) + u * pixel(p, q + 1, k)) +
      v * ((1 - u) * pixel(p + 1, q, k) + u * pixel(p + 1, q + 1, k))
    );
  });
}

describe('warp', () => {
  const transforms: Transform[] = [
    [1, 0, 0.25, 0, 1, -0.5],
    [0.9, -0.4, 1, 0.4, 0.9, -1.3],
    [0.5, 0, 0.1, 0, 0.5, 0.2],
    [2, 0, -3, 0, 2, -3],
    [1, 0, 1e9, 0, 1, -1e300],
  ];

  it.each([['edge' as const], [0], [55]])('is bilinear, with %s outside', async (fill) => {
    for (const channels of [1, 3, 4]) {
      const batch = imageBatch([6, 5, channels], transforms.length);
      const extents = { count: transforms.length, height: 6, width: 5, channels };
      for (const { x } of [batch, asFloats(batch)]) {
        const y = await warp(x, extents, transforms, [7, 8], fill, 'test');
        expect(y.shape).toEqual([transforms.length, 7, 8, channels]);
        transforms.forEach((transform, n) => {
          const image = x.data.subarray(n * 30 * channels, (n + 1) * 30 * channels);
          warped(image, [6, 5, channels], transform, [7, 8], fill).forEach((value, i) => {
            const error = Math.abs(value - (y.data[n * 56 * channels + i] as number));
            expect(error).toBeLessThan(x.dtype === 'uint8' ? 0.501 : 1e-3);
          });
        });
      }
    }
  });
});

describe('randomAffine', () => {
  /** A symmetric dot in the middle of an image of zeros. */
  const dots = (count: number) => {
    const batch = imageBatch([21, 21, 1], count);
    batch.x.data.fill(0);
    for (let n = 0; n < count; n++) batch.x.data[n * 441 + 220] = 240;
    return asFloats(batch);
  };
  const centres = (data: Float32Array, count: number) =>
    Array.from({ length: count }, (_, n) => {
      const image = data.subarray(n * 441, (n + 1) * 441);
      const total = image.reduce((sum, value) => sum + value, 0);
      const moment = (of: (at: number) => number) => image.reduce((sum, value, at) => sum + value * of(at), 0) / total;
      return [moment((at) => Math.floor(at / 21)), moment((at) => at % 21), total / 240] as const;
    });

  it('keeps the centre when it rotates and scales', async () => {
    const { x } = await randomAffine({ degrees: 180, scale: [1, 1.5], seed: 1 })(dots(20));
    for (const [i, j] of centres(Float32Array.from(x.data), 20)) {
      expect(i).toBeCloseTo(10, 3);
      expect(j).toBeCloseTo(10, 3);
    }
  });

  it('moves evenly within its limits', async () => {
    const { x } = await randomAffine({ translate: [0.2, 0.1], seed: 1 })(dots(3000));
    const moves = centres(Float32Array.from(x.data), 3000);
    const rows = moves.map(([i]) => i - 10);
    const columns = moves.map(([, j]) => j - 10);
    expect(Math.max(...rows)).toBeLessThanOrEqual(4.201);
    expect(Math.min(...columns)).toBeGreaterThanOrEqual(-2.101);
    const variance = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance(rows)).toBeCloseTo(4.2 ** 2 / 3, 0);
    expect(variance(columns)).toBeCloseTo(2.1 ** 2 / 3, 0);
  });

  it('turns a quarter to the right', async () => {
    const { x } = await warpQuarter();
    expect([...x]).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });
  async function warpQuarter() {
    const x = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [1, 3, 3, 1], dtype: 'float32' as const };
    const y = await warp(x, { count: 1, height: 3, width: 3, channels: 1 }, [[0, -1, 2, 1, 0, 0]], [3, 3], 0, 'test');
    return { x: y.data };
  }

  it('rejects bad options', async () => {
    expect(() => randomAffine({ degrees: -1, seed: 0 })).toThrow('degrees must be a finite number from 0 to 180');
    expect(() => randomAffine({ scale: [2, 1], seed: 0 })).toThrow(ArgumentError);
    expect(() => randomAffine({ translate: [1, 2], seed: 0 })).toThrow('translate[1] must be');
    expect(() => randomAffine({ fill: Number.NaN, seed: 0 })).toThrow(ArgumentError);
    await expect(randomAffine({ fill: -1, seed: 0 })(imageBatch([2, 2, 1], 1))).rejects.toThrow(ArgumentError);
  });
});

describe('randomResizedCrop', () => {
  it('takes parts within the limits of area and ratio', async () => {
    const count = 500;
    const batch = imageBatch([40, 40, 1], count);
    const ramps = (of: (at: number) => number) => {
      batch.x.data.forEach((_, i) => {
        batch.x.data[i] = 6 * of(i % 1600);
      });
      return asFloats(batch);
    };
    const crop = randomResizedCrop({ size: 2, scale: [0.25, 0.75], ratio: [0.5, 2], seed: 1 });
    const rows = (await crop(ramps((at) => Math.floor(at / 40)))).x.data;
    const columns = (await crop(ramps((at) => at % 40))).x.data;
    for (let n = 0; n < count; n++) {
      const height = (2 * ((rows[4 * n + 2] as number) - (rows[4 * n] as number))) / 6;
      const width = (2 * ((columns[4 * n + 1] as number) - (columns[4 * n] as number))) / 6;
      expect(height * width).toBeGreaterThan(0.23 * 1600);
      expect(height * width).toBeLessThan(0.78 * 1600);
      expect(width / height).toBeGreaterThan(0.45);
      expect(width / height).toBeLessThan(2.2);
    }
  });
});

describe('colorJitter and pcaLighting', () => {
  it('keep greys grey, unless lighting colours them', async () => {
    const batch = imageBatch([4, 4, 3], 50);
    batch.x.data.forEach((_, i) => {
      batch.x.data[i] = 20 + 2 * (Math.floor(i / 3) % 16);
    });
    const { x } = await colorJitter({ brightness: 0.3, contrast: 0.3, saturation: 1, hue: 0.5, seed: 1 })(batch);
    for (let p = 0; p < x.data.length; p += 3) {
      expect(Math.abs((x.data[p] as number) - (x.data[p + 1] as number))).toBeLessThanOrEqual(1);
      expect(Math.abs((x.data[p] as number) - (x.data[p + 2] as number))).toBeLessThanOrEqual(1);
    }
  });

  it('change brightness by k, contrast about the mean, saturation about grey', async () => {
    const batch = asFloats(imageBatch([3, 3, 3], 200));
    const grey = (data: Float32Array, p: number) =>
      0.299 * (data[p] as number) + 0.587 * (data[p + 1] as number) + 0.114 * (data[p + 2] as number);
    const mean = (data: Float32Array, n: number) =>
      Array.from({ length: 9 }, (_, p) => grey(data, n * 27 + 3 * p)).reduce((sum, value) => sum + value / 9, 0);
    const bright = Float32Array.from((await colorJitter({ brightness: 0.5, seed: 1 })(batch)).x.data);
    const contrast = Float32Array.from((await colorJitter({ contrast: 0.5, seed: 1 })(batch)).x.data);
    const saturated = Float32Array.from((await colorJitter({ saturation: 0.5, seed: 1 })(batch)).x.data);
    const turned = Float32Array.from((await colorJitter({ hue: 0.5, seed: 1 })(batch)).x.data);
    const factors: number[] = [];
    for (let n = 0; n < 200; n++) {
      const at = n * 27;
      const k = (bright[at] as number) / (batch.x.data[at] as number);
      if (Number.isFinite(k)) factors.push(k);
      expect(mean(contrast, n)).toBeCloseTo(mean(batch.x.data, n), 2);
      for (let p = at; p < at + 27; p += 3) {
        expect(grey(saturated, p)).toBeCloseTo(grey(batch.x.data, p), 2);
        expect(grey(turned, p)).toBeCloseTo(grey(batch.x.data, p), 2);
      }
    }
    expect(Math.min(...factors)).toBeGreaterThan(0.499);
    expect(Math.max(...factors)).toBeLessThan(1.501);
    expect(factors.reduce((sum, k) => sum + k, 0) / factors.length).toBeCloseTo(1, 1);
  });

  it('shift colours as the principal components say', async () => {
    const batch = asFloats(imageBatch([1, 1, 3], 4000));
    const vectors = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const lighting = pcaLighting({ standardDeviation: 0.5, eigenvalues: [2, 1, 0], eigenvectors: vectors, seed: 1 });
    const { x } = await lighting(batch);
    const deviations = [0, 1, 2].map((c) => {
      const shifts = Array.from(
        { length: 4000 },
        (_, n) => (x.data[3 * n + c] as number) - (batch.x.data[3 * n + c] as number),
      );
      return Math.sqrt(shifts.reduce((sum, shift) => sum + shift * shift, 0) / 4000);
    });
    expect(deviations[0]).toBeCloseTo(1, 1);
    expect(deviations[1]).toBeCloseTo(0.5, 1);
    expect(deviations[2]).toBeCloseTo(0, 4);
  });

  it('take grey images where that makes sense', async () => {
    const grey = imageBatch([3, 3, 1], 2);
    expect((await colorJitter({ brightness: 0.4, contrast: 0.4, seed: 1 })(grey)).x.shape).toEqual([2, 3, 3, 1]);
    await expect(colorJitter({ hue: 0.1, seed: 1 })(grey)).rejects.toThrow(
      'need images of 3 channels, but they have 1',
    );
    await expect(pcaLighting({ seed: 1 })(grey)).rejects.toThrow(ShapeError);
    await expect(colorJitter({ seed: 1 })(imageBatch([2, 2, 4], 1))).rejects.toThrow('1 or 3 channels, but have 4');
    expect(() => colorJitter({ hue: 0.6, seed: 1 })).toThrow(ArgumentError);
    expect(() => pcaLighting({ eigenvalues: [1, 2], seed: 1 })).toThrow('eigenvalues must be three numbers');
  });
});
