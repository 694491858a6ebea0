import { describe, expect, it } from 'vitest';
import { fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { Random } from '../../lib/tensor/random.js';
import { embedding } from '../../lib/vis/index.js';
import { affinities, divergenceOf } from '../../lib/vis/tsne.js';

const random = new Random(4);
const normals = (count: number, scale = 1) => Float64Array.from({ length: count }, () => scale * random.normal());
const rowsOf = (count: number, length: number) =>
  Array.from({ length: count }, () => Float32Array.from(normals(length)));

describe('t-SNE', () => {
  it('gives each row as many neighbours as asked, in effect', async () => {
    // All rows as far from each other as from any other: p(j|i) are equal, the perplexity is their number
    const corners = Array.from({ length: 6 }, (_, i) => Float32Array.from({ length: 6 }, (_, j) => Number(i === j)));
    const even = await affinities(corners, 5);
    for (const [at, p] of even.entries()) expect(p).toBeCloseTo(at % 7 === 0 ? 0 : 1 / 30, 5);
    // Two pairs far apart: with perplexity 1 each row has one neighbour
    const pairs = [0, 0.1, 9, 9.1].map((x) => Float32Array.of(x, 0));
    const own = await affinities(pairs, 1.001);
    expect(own[1]).toBeCloseTo(0.25, 3);
    expect(own[2]).toBeCloseTo(0, 3);
    const any = await affinities(rowsOf(20, 5), 7);
    expect(any.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    for (let i = 0; i < 20; i++) for (let j = 0; j < i; j++) expect(any[i * 20 + j]).toBe(any[j * 20 + i]);
  });

  it('descends along the gradient of the divergence', async () => {
    const p = await affinities(rowsOf(9, 4), 3);
    const points = normals(18);
    const { gradient } = await divergenceOf(p, points);
    for (const at of [0, 5, 11, 17]) {
      const at1 = async (h: number) => (await divergenceOf(p, points.with(at, (points[at] as number) + h))).divergence;
      expect(((await at1(1e-5)) - (await at1(-1e-5))) / 2e-5).toBeCloseTo(gradient[at] as number, 6);
    }
  });
});

describe('embedding', () => {
  const model = sequential({
    inputShape: [4, 4, 1],
    layers: [layers.conv2d({ filters: 6, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 8 })],
  });
  /** Three patterns with noise: the label says which. */
  const patterns = Array.from({ length: 3 }, () => normals(16, 2));
  const images = Float32Array.from({ length: 90 * 16 }, (_, at) => {
    const pattern = patterns[Math.floor(at / 16) % 3] as Float64Array;
    return (pattern[at % 16] as number) + 0.2 * random.normal();
  });
  const labels = Int32Array.from({ length: 90 }, (_, n) => n % 3);
  const data = fromArrays({ images, imageShape: [4, 4, 1], labels }).batch(40);

  it('lays alike images together', async () => {
    const map = await embedding(model, data, { layer: '2', perplexity: 10, steps: 200, seed: 1 });
    expect(map.shape).toEqual([90, 2]);
    expect(map.labels).toEqual(labels);
    for (let i = 0; i < 90; i++) {
      const offset = (j: number, axis: number) =>
        (map.data[2 * i + axis] as number) - (map.data[2 * j + axis] as number);
      const apart = (j: number) => Math.hypot(offset(j, 0), offset(j, 1));
      const others = Array.from({ length: 90 }, (_, j) => j).filter((j) => j !== i);
      const nearest = others.reduce((best, j) => (apart(j) < apart(best) ? j : best));
      expect(labels[nearest]).toBe(labels[i]);
    }
    expect(map.divergences.at(-1)).toBeLessThan(0.5 * (map.divergences[0] as number));
    expect([...map.data].reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 1);
  });

  it('is the same for the same seed, and draws points or pictures with a legend', async () => {
    const options = { layer: '0', steps: 10, pooledSize: 2, seed: 3 };
    const [one, two] = [await embedding(model, data, options), await embedding(model, data, options)];
    expect(one.data).toEqual(two.data);
    expect((await embedding(model, data, { ...options, seed: 4 })).data).not.toEqual(one.data);
    const [points, pictures] = [
      one.image({ size: 200 }),
      one.image({ size: 200, mark: 'picture', classes: ['a', 'b', 'c'] }),
    ];
    expect(Math.max(points.width, points.height)).toBe(200);
    expect(pictures.width).toBeGreaterThan(points.width);
    const colors = new Set(
      Array.from({ length: points.width * points.height }, (_, p) => points.data.slice(3 * p, 3 * p + 3).join()),
    );
    expect(colors.size).toBe(4); // paper, and a colour for each class
  });

  it('says what does not fit', async () => {
    const few = fromArrays({ images: images.slice(0, 48), imageShape: [4, 4, 1], labels: labels.slice(0, 3) }).batch(3);
    await expect(embedding(model, few, { layer: '2' })).rejects.toThrow('needs 4 images at least, but the data hold 3');
    await expect(embedding(model, data, { layer: '2', perplexity: 90 })).rejects.toThrow('perplexity must be below 90');
    await expect(embedding(model, data, { layer: '7' })).rejects.toThrow("the model has no layer '7'");
    await expect(embedding(model, data, { layer: '2', steps: 0 })).rejects.toThrow('steps must be a positive integer');
  });
});
