/** Class models: the ascent rises, its result is taken for its class, and each of its parts does what it says. */
import { describe, expect, it } from 'vitest';
import { checkGradient, optimizers } from '../../lib/index.js';
import * as layers from '../../lib/layers/index.js';
import type { Model } from '../../lib/models/model.js';
import { sequential } from '../../lib/models/sequential.js';
import * as ops from '../../lib/ops/index.js';
import { Random } from '../../lib/tensor/random.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { affineView, randomView } from '../../lib/vis/affine_view.js';
import { fourierImage, realFourierBasis } from '../../lib/vis/fourier_image.js';
import { regularize } from '../../lib/vis/image_regularizer.js';
import { type ClassModelOptions, classModel } from '../../lib/vis/index.js';
import { noise, values } from '../support/tensors.js';

const net = (last: readonly layers.Layer[] = []): Model =>
  sequential({
    inputShape: [12, 12, 3],
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 5 }),
      ...last,
    ] as never,
    seed: 3,
  });

describe('classModel', () => {
  const plain = { parametrization: 'pixels', steps: 30 } as const;

  it('rises monotonically in small steps, with and without a penalty', async () => {
    for (const penalty of [0, 0.05]) {
      const optimizer = optimizers.sgd({ learningRate: 0.2 });
      const { objective } = await classModel(net(), { target: 2, ...plain, optimizer, penalty });
      expect(objective).toHaveLength(30);
      for (let step = 1; step < 30; step++) expect(objective[step]).toBeGreaterThan(objective[step - 1] as number);
    }
  });

  it('is the smaller the higher the penalty', async () => {
    const size = async (penalty: number) => {
      const { data, objective, score } = await classModel(net(), { target: 2, ...plain, penalty });
      expect(objective.at(-1)).toBeLessThanOrEqual(score + 1e-3);
      return data.reduce((sum, v) => sum + v * v, 0);
    };
    const [free, held] = [await size(0), await size(0.05)];
    expect(held).toBeLessThan(0.8 * free);
  });

  it.each<[string, Omit<ClassModelOptions, 'target'>]>([
    ['the spectrum of decorrelated colours, in random views', { steps: 40 }],
    ['pixels between two numbers', { ...plain, range: [0, 1] }],
    [
      'pixels, regularised',
      { ...plain, regularize: { decay: 0.01, blurRadius: 0.7, smallNorm: 10, smallContribution: 10 } },
    ],
    ['pixels about a mean', { ...plain, mean: [0.5, 0.4, 0.3], penalty: 0.01 }],
  ])('%s: every result is taken for its class', async (_, options) => {
    const model = net();
    for (const target of [0, 2, 4]) {
      const { data, shape, score, objective } = await classModel(model, { target, ...options });
      const scores = await values(model.forward(tensor(data, [1, ...shape])));
      expect(scores.indexOf(Math.max(...scores))).toBe(target);
      expect(scores[target]).toBeCloseTo(score, 4);
      expect(objective.at(-1)).toBeGreaterThan(objective[0] as number);
      if (options.range) expect(data.every((v) => v >= 0 && v <= 1)).toBe(true);
    }
  });

  it('of a model that takes bytes is an image of the numbers they become', async () => {
    const inner = net();
    const pixels = layers.normalizePixels({ mean: 0.5 });
    const outer = sequential({ inputShape: [12, 12, 3], layers: [pixels, inner.layer] });
    const options = { steps: 3, target: { layer: '1.2', channel: 3 } };
    const expected = await classModel(inner, { ...options, target: { layer: '2', channel: 3 } });
    expect(await classModel(outer, options)).toEqual(expected);
  });

  it('gets out of places where all rectifiers are off', async () => {
    const model = net();
    model.parameter('0.bias').fill(-0.5);
    const { objective } = await classModel(model, { target: 1, ...plain, noise: 0, steps: 40 });
    expect(objective[1]).toBe(objective[0]); // no gradient
    expect(objective.at(-1)).toBeGreaterThan(objective[0] as number);
  });

  it('ascends the score before a softmax, and units inside', async () => {
    const options = { target: 1, steps: 5, seed: 4 };
    const expected = await classModel(net(), options);
    expect(await classModel(net([layers.activation('softmax')]), options)).toEqual(expected);
    const { objective } = await classModel(net(), { target: { layer: '2', channel: 3 }, steps: 40 });
    expect(objective.at(-1)).toBeGreaterThan(objective[0] as number);
    const one = await classModel(net(), { target: { layer: '0', channel: 0, position: [3, 3] }, ...plain, noise: 0 });
    const changed = [...one.data].flatMap((v, at) => (v === 0 ? [] : [[Math.floor(at / 36), Math.floor(at / 3) % 12]]));
    expect(changed.every(([y = 0, x = 0]) => y >= 2 && y <= 4 && x >= 2 && x <= 4)).toBe(true); // its receptive field
  });

  it('is the same for the same seed, and shows itself in 8 bits', async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => classModel(net(), { target: 0, steps: 3, seed })));
    expect(a?.data).toEqual(b?.data);
    expect(a?.data).not.toEqual(c?.data);
    const { width, height, channels, data } = a?.image() ?? {};
    expect([width, height, channels]).toEqual([12, 12, 3]);
    expect([Math.min(...(data ?? [])), Math.max(...(data ?? []))]).toEqual([0, 255]);
  });
});

describe('the spectrum', () => {
  it.each([1, 2, 5, 8])('has an orthonormal basis of %i points', (n) => {
    const { basis } = realFourierBasis(n);
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) {
        let product = 0;
        for (let y = 0; y < n; y++) product += (basis[y * n + a] as number) * (basis[y * n + b] as number);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 12);
      }
  });

  it('makes images whose waves are the larger the longer they are', async () => {
    const image = fourierImage([4, 8, 1], 'float64');
    const power = async (row: number, column: number) => {
      const only = new Float64Array(32);
      only[row * 8 + column] = 1;
      const pixels = await values(image(tensor(only, [1, 4, 8, 1])));
      return Math.sqrt(pixels.reduce((total, v) => total + v * v, 0));
    };
    expect(await power(0, 0)).toBeCloseTo(8); // 1 / f, f at least 1 / 8
    expect(await power(0, 3)).toBeCloseTo(4); // f = 2 / 8
    expect(await power(1, 5)).toBeCloseTo(1 / Math.hypot(1 / 4, 3 / 8));
  });

  it('varies colours along their principal components', async () => {
    const only = new Float64Array(3);
    only[1] = 2;
    const pixel = await values(fourierImage([1, 1, 3], 'float64')(tensor(only, [1, 1, 1, 3])));
    const along = Math.sqrt(0.0188 / 0.2175); // the second component's deviation, the first's being 1
    for (const [c, v] of [0.7192, -0.0045, -0.6948].entries()) expect(pixel[c]).toBeCloseTo(2 * along * v, 12);
  });

  it('is differentiable', async () => {
    const image = fourierImage([3, 4, 3], 'float64');
    await checkGradient((v) => ops.tanh(image(v)), [tensor(noise(36), [1, 3, 4, 3])]);
  });
});

describe('views', () => {
  const pixels = tensor(noise(24), [1, 3, 4, 2]);
  const still = { shift: [0, 0], factor: 1, angle: 0 } as const;

  it('stand still, move by whole pixels, turn by right angles', async () => {
    expect(await values(affineView(pixels, still))).toEqual(await values(pixels));
    const moved = await values(affineView(pixels, { ...still, shift: [1, -1] }));
    const before = await values(pixels);
    expect(moved.slice(2 * 8, 2 * 8 + 6)).toEqual(before.slice(8 + 2, 16)); // row 2 is row 1, from column 1 on
    const square = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    const turned = await values(affineView(square, { ...still, angle: Math.PI / 2 }));
    expect(turned.map(Math.round)).toEqual([2, 4, 1, 3]);
    const larger = await values(affineView(tensor([0, 1, 2, 3, 4], [1, 1, 5, 1]), { ...still, factor: 2 }));
    expect(larger).toEqual([1, 1.5, 2, 2.5, 3]);
  });

  it('are differentiable, and stay within their limits', async () => {
    const random = new Random(1);
    const limits = { jitter: 2, scale: 0.1, rotate: 20 };
    for (let i = 0; i < 20; i++) {
      const { shift, factor, angle } = randomView(random, limits);
      expect(Math.max(...shift.map(Math.abs))).toBeLessThanOrEqual(2);
      expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.1);
      expect(Math.abs(angle)).toBeLessThanOrEqual(Math.PI / 9);
    }
    const view = randomView(random, limits);
    await checkGradient((v) => ops.tanh(affineView(v, view)), [pixels]);
  });
});

describe('regularize', () => {
  const ones = (count: number) => new Float64Array(count).fill(1);

  it('decays', () => {
    const pixels = Float64Array.of(1, -2);
    regularize(pixels, ones(2), [1, 2, 1], 1, { decay: 0.25 });
    expect([...pixels]).toEqual([0.75, -1.5]);
  });

  it('removes the pixels of the smallest norm, or contribution', () => {
    const [norms, contributions] = [Float64Array.of(3, 4, 0, 1, 2, 0, -6, 0), Float64Array.of(3, -3, 1, 1, 0, 2, 5, 5)];
    regularize(norms, ones(8), [2, 2, 2], 1, { smallNorm: 50 });
    expect([...norms]).toEqual([3, 4, 0, 0, 0, 0, -6, 0]);
    regularize(contributions, ones(8), [2, 2, 2], 1, { smallContribution: 25 });
    expect([...contributions]).toEqual([0, 0, 1, 1, 0, 2, 5, 5]); // 3 − 3 contribute nothing together
  });

  it('blurs every few steps by a Gaussian, and keeps what is even', () => {
    const pixels = new Float64Array(81);
    pixels[40] = 1;
    regularize(pixels, ones(81), [9, 9, 1], 3, { blurRadius: 1 });
    expect(pixels[40]).toBe(1);
    regularize(pixels, ones(81), [9, 9, 1], 4, { blurRadius: 1 });
    expect(pixels[41]).toBeCloseTo((pixels[40] as number) * Math.exp(-1 / 2), 12);
    expect(pixels[50]).toBeCloseTo((pixels[40] as number) * Math.exp(-1), 12);
    const even = ones(24);
    regularize(even, ones(24), [3, 4, 2], 2, { blurRadius: 2, blurEvery: 2 });
    for (const value of even) expect(value).toBeCloseTo(1, 12);
  });
});
