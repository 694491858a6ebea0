// The property that each method must have.
import { describe, expect, it } from 'vitest';
import { fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import type { Model } from '../../lib/models/model.js';
import { sequential } from '../../lib/models/sequential.js';
import { Random } from '../../lib/tensor/random.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import {
  crop,
  effectiveReceptiveField,
  featureMaps,
  filters,
  linearProbes,
  nearestNeighbours,
  occlusion,
  receptiveField,
  topPatches,
} from '../../lib/vis/index.js';
import { noise } from '../support/tensors.js';

const conv = (count: number, kernelSize = 3, options = {}) =>
  layers.conv2d({ filters: count, kernelSize, padding: 1, ...options });

/** Makes every weight positive. */
function positive(model: Model): Model {
  for (const [, parameter] of model.namedParameters())
    parameter.assign(
      tensor(
        Float32Array.from(noise(parameter.shape.reduce((a, b) => a * b, 1)), (w) => Math.abs(w) + 0.1),
        parameter.shape,
      ),
    );
  return model;
}

const image = (shape: readonly number[]): Tensor =>
  tensor(Float32Array.from(noise(shape.reduce((a, b) => a * b, 1))), shape);

describe('filters', () => {
  const model = sequential({ inputShape: [8, 8, 3], layers: [conv(4), layers.activation('relu')] });

  it('pixel (m, n) of tile q is filter[m, n, :, q], by a straight line', async () => {
    const found = await filters(model);
    const [kh, kw, channels, count] = found.shape;
    expect([kh, kw, channels, count, found.parameter]).toEqual([3, 3, 3, 4, '0.filter']);
    const own = found.tiles({ range: 'own' });
    for (let q = 0; q < count; q++) {
      const weights = Array.from({ length: 27 }, (_, at) => found.data[at * count + q] as number);
      const [low, high] = [Math.min(...weights), Math.max(...weights)];
      for (const [at, weight] of weights.entries())
        expect(own[q]?.data[at]).toBe(Math.round(((weight - low) / (high - low)) * 255));
    }
    const largest = found.data.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const common = found.tiles({ range: 'common' });
    for (const [at, weight] of found.data.entries())
      expect(common[at % count]?.data[Math.floor(at / count)]).toBeCloseTo(127.5 + (127.5 * weight) / largest, -0.3);
  });
});

describe('featureMaps', () => {
  const model = sequential({
    inputShape: [9, 8, 1],
    layers: [
      conv(3),
      layers.activation('relu'),
      layers.maxPool2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  });

  it('gives every layer with maps, as large as the summary says, and its numbers', async () => {
    const x = image([1, 9, 8, 1]);
    const maps = await featureMaps(model, x);
    const rows = model.summary().rows.filter(({ outputShape }) => outputShape.length === 3);
    expect(Object.keys(maps)).toEqual(rows.map(({ path }) => path));
    for (const { path, outputShape } of rows) expect(maps[path]?.shape).toEqual(outputShape);
    const { intermediates } = model.forwardWith(x, ['2']);
    expect(maps['2']?.data).toEqual(await intermediates['2'].data());
  });

  it('stretches each channel on its own, and orders them by strength', async () => {
    const { 1: maps } = await featureMaps(model, image([1, 9, 8, 1]), { layers: ['1'] });
    const tiles = maps.tiles({ order: 'strength' });
    const sums = tiles.map(({ caption }) => maps.channel(Number(caption)).data.reduce((a, b) => a + b, 0));
    expect(sums).toEqual([...sums].sort((a, b) => b - a));
    for (const { width, height, data } of tiles)
      expect([width, height, Math.min(...data), Math.max(...data)]).toEqual([8, 9, 0, 255]);
    expect(maps.image().width).toBeGreaterThan(0);
  });
});

describe('receptive fields', () => {
  /** Of positive weights, so that no path through the network cancels another. */
  const model = positive(
    sequential({
      inputShape: [24, 20, 2],
      layers: [
        conv(2),
        layers.activation('relu'),
        layers.averagePool2d({ poolSize: 2 }),
        conv(3, 5, { padding: 2, strides: 2 }),
        conv(2),
      ],
    }),
  );

  it.each([
    ['0', [0, 0]],
    ['0', [12, 7]],
    ['3', [3, 2]],
    ['4', [2, 2]],
    ['4', [5, 0]],
  ] as const)('of layer %s at %j is the box of the gradient', async (layer, position) => {
    const { top, left, bottom, right } = receptiveField(model, { layer, position });
    const ones = tensor(new Float32Array(24 * 20 * 2).fill(1), [1, 24, 20, 2]);
    const field = await effectiveReceptiveField(model, ones, { layer, position });
    for (let y = 0; y < 24; y++)
      for (let x = 0; x < 20; x++)
        expect((field.data[y * 20 + x] as number) > 0).toBe(y >= top && y < bottom && x >= left && x < right);
  });

  it('of bytes is that of what becomes of them', async () => {
    const inner = [conv(2), layers.activation('relu')];
    const bytes = sequential({ inputShape: [8, 8, 3], layers: [layers.normalizePixels(), ...inner] });
    const x = tensor(
      Uint8Array.from({ length: 192 }, (_, i) => (i * 37) % 256),
      [1, 8, 8, 3],
    );
    const field = await effectiveReceptiveField(bytes, x, { layer: '1' });
    expect(Array.from(field.data, (v) => v > 0).filter(Boolean)).toHaveLength(9);
  });

  it('is much smaller than its box in effect, and largest in the middle', async () => {
    const deep = sequential({ inputShape: [33, 33, 1], layers: Array.from({ length: 8 }, () => conv(4)) });
    const field = await effectiveReceptiveField(deep, image([4, 33, 33, 1]), { layer: '7' });
    const largest = Math.max(...field.data);
    const { top, bottom } = receptiveField(deep, { layer: '7' });
    expect(bottom - top).toBe(17);
    expect(Array.from(field.data).filter((value) => value > 0.05 * largest).length).toBeLessThan(0.8 * 17 * 17);
    expect(field.data[16 * 33 + 16]).toBeGreaterThan(20 * (field.data[9 * 33 + 9] as number));
  });
});

describe('occlusion', () => {
  const linear = sequential({ inputShape: [7, 6, 2], layers: [layers.flatten(), layers.dense({ units: 3 })] });
  const x = image([2, 7, 6, 2]);

  it('of a linear score by zeros takes exactly the sum of w · x under the patch', async () => {
    const [weights, pixels] = await Promise.all([linear.parameter('1.weights').data(), x.data()]);
    const found = await occlusion(linear, x, { size: [3, 2], stride: [2, 1], fill: 0, measure: 'score', target: 1 });
    for (const [n, { data, shape, target }] of found.entries()) {
      expect([shape, target]).toEqual([[3, 5], 1]); // ⌊(7 − 3) / 2⌋ + 1, ⌊(6 − 2) / 1⌋ + 1
      for (const [place, drop] of data.entries()) {
        let sum = 0;
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 2; j++)
            for (let c = 0; c < 2; c++) {
              const at = ((Math.floor(place / 5) * 2 + i) * 6 + (place % 5) + j) * 2 + c;
              sum += (weights[at * 3 + 1] as number) * (pixels[n * 84 + at] as number);
            }
        expect(drop).toBeCloseTo(sum, 5);
      }
    }
  });

  it('of probabilities stays within them, for the class each image is taken for', async () => {
    const scores = await linear.forward(x).data();
    const found = await occlusion(linear, x, { size: 2 });
    for (const [n, map] of found.entries()) {
      const own = Array.from(scores.subarray(n * 3, n * 3 + 3));
      expect(map.target).toBe(own.indexOf(Math.max(...own)));
      expect(map.score).toBeGreaterThan(1 / 3);
      for (const drop of map.data) expect(Math.abs(drop)).toBeLessThanOrEqual(1);
    }
  });

  it('gives a pixel the mean of the patches over it', async () => {
    const [map] = await occlusion(linear, x, { size: [7, 4], stride: 2, measure: 'score' });
    const [first = 0, second = 0] = map?.data ?? [];
    const pixels = map?.pixels();
    expect(pixels?.shape).toEqual([7, 6]);
    expect(Array.from(pixels?.data.slice(0, 6) ?? [])).toEqual(
      [first, first, (first + second) / 2, (first + second) / 2, second, second].map(Math.fround),
    );
  });
});

/** Pictures with a bright square of 2×2 in one of the four corners: the label says which. */
function corners(count: number, seed: number) {
  const random = new Random(seed);
  const images = Float32Array.from({ length: count * 64 }, () => 0.1 * random.normal());
  const labels = Int32Array.from({ length: count }, (_, n) => n % 4);
  for (const [n, label] of labels.entries())
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const)
      images[n * 64 + ((label >> 1) * 6 + i) * 8 + (label % 2) * 6 + j] = 1;
  return fromArrays({ images, imageShape: [8, 8, 1], labels });
}

describe('topPatches', () => {
  it('finds the strongest units of all images, and cuts out their receptive fields', async () => {
    const model = sequential({ inputShape: [8, 8, 1], layers: [conv(2), layers.activation('relu')], seed: 3 });
    const data = corners(10, 1).batch(4);
    const found = await topPatches(model, data, { layer: '1', count: 3 });
    expect(found.shape).toEqual([2, 3]);
    const all: number[][] = [[], []];
    for await (const { x } of data.batches()) {
      const maps = await (model.forward(tensor(x.data, x.shape)) as Tensor).data();
      for (let n = 0; n < (x.shape[0] ?? 0); n++)
        for (const channel of [0, 1])
          all[channel]?.push(
            Math.max(...Array.from({ length: 64 }, (_, p) => maps[(n * 64 + p) * 2 + channel] as number)),
          );
    }
    for (const [channel, patches] of found.patches.entries()) {
      const best = all[channel]
        ?.map((value, index) => ({ value, index }))
        .sort((a, b) => b.value - a.value || a.index - b.index);
      expect(patches.map(({ index, activation }) => ({ index, value: activation }))).toEqual(
        best?.slice(0, 3).map(({ value, index }) => ({ index, value })),
      );
      for (const { box, position, picture } of patches) {
        expect(box).toEqual(receptiveField(model, { layer: '1', position }));
        expect([picture.height, picture.width]).toEqual([box.bottom - box.top, box.right - box.left]);
      }
    }
    const whole = { width: 8, height: 8, channels: 1, data: new Uint8Array(64) } as const;
    expect(
      crop(whole, found.patches[0]?.[0]?.box ?? { top: 0, left: 0, bottom: 0, right: 0 }).data.length,
    ).toBeGreaterThan(0);
    expect(found.image().height).toBeGreaterThan(0);
  });
});

describe('nearestNeighbours', () => {
  const model = sequential({
    inputShape: [8, 8, 1],
    layers: [conv(4), layers.activation('relu'), layers.flatten(), layers.dense({ units: 5 })],
  });

  it.each(['euclidean', 'cosine'] as const)('finds an image itself first, %s', async (distance) => {
    const data = corners(20, 2);
    const { x } = (await data.take(3).batch(3).batches()[Symbol.asyncIterator]().next()).value;
    const queries = tensor(x.data, x.shape);
    const found = await nearestNeighbours(model, data.batch(8), queries, { layer: '3', count: 4, distance });
    expect(found.neighbours.map(([first]) => first?.index)).toEqual([0, 1, 2]);
    for (const own of found.neighbours) {
      expect(own[0]?.distance).toBeCloseTo(0, 5);
      const distances = own.map((neighbour) => neighbour.distance);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
    }
    expect(found.neighbours.flat().filter(({ index }, i) => index % 4 === Math.floor(i / 4)).length).toBeGreaterThan(9);
    expect(found.image().width).toBeGreaterThan(100);
  });
});

describe('linearProbes', () => {
  it('rises where a layer makes plain what the one before hides', async () => {
    // Means of whole maps do not say in which corner the square is; four maps that look at one corner each do.
    const model = sequential({
      inputShape: [8, 8, 1],
      layers: [
        layers.conv2d({ filters: 1, kernelSize: 1, bias: false }),
        layers.conv2d({ filters: 4, kernelSize: 8, bias: false }),
      ],
    });
    model.parameter('0.filter').assign(tensor([1], [1, 1, 1, 1]));
    const looks = new Float32Array(256);
    for (let q = 0; q < 4; q++) looks[((q >> 1) * 6 * 8 + (q % 2) * 6) * 4 + q] = 1;
    model.parameter('1.filter').assign(tensor(looks, [8, 8, 1, 4]));
    const options = { layers: ['0', '1'], epochs: 30, learningRate: 0.05 };
    const found = await linearProbes(model, corners(200, 1).batch(50), corners(100, 2).batch(50), options);
    const [before, after] = found.probes;
    expect([before?.features, after?.features]).toEqual([1, 4]);
    expect(before?.accuracy).toBeLessThan(0.5);
    expect(after?.accuracy).toBe(1);
    expect(Array.from(found.data)).toEqual(found.probes.map(({ accuracy }) => Math.fround(accuracy)));
    expect(found.image().width).toBeGreaterThan(320);
    const wide = await linearProbes(model, corners(200, 1).batch(50), corners(100, 2).batch(50), {
      ...options,
      layers: ['0'],
      pooledSize: 2,
    });
    expect(wide.probes[0]?.accuracy).toBe(1); // four means, one for each corner
  });
});
