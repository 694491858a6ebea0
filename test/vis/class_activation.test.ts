/** CAM, Grad-CAM and guided Grad-CAM, by the identities that tie them to the scores and to each other. */
import { describe, expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import type { Model } from '../../lib/models/model.js';
import { input } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import * as ops from '../../lib/ops/index.js';
import { elementCount, type Shape } from '../../lib/tensor/shape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { cam, gradCam, guidedBackprop, guidedGradCam } from '../../lib/vis/index.js';
import * as zoo from '../../lib/zoo/index.js';
import { noise, values } from '../support/tensors.js';

const images = (shape: Shape, dtype: 'float32' | 'float64' = 'float64') =>
  tensor(noise(elementCount(shape), 2), shape, dtype);
const mean = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((sum, v) => sum + v, 0) / numbers.length;
const conv = (filters: number) => layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });

/** Convolutions, global average pooling, a dense layer. */
const head = (...end: readonly layers.Layer[]): Model =>
  sequential({
    inputShape: [8, 10, 3],
    layers: [conv(6), layers.maxPool2d({ poolSize: 2 }), conv(5), ...end] as never,
    dtype: 'float64',
  });
const gap = head(layers.globalAveragePool2d(), layers.dropout({ rate: 0.5 }), layers.dense({ units: 4 }));
const x = images([3, 8, 10, 3]);

describe('cam', () => {
  it('has the score as its mean plus the bias of the class', async () => {
    const scores = await values(gap.forward(x));
    const bias = await values(gap.parameter('5.bias'));
    for (const target of [0, 1, 2, 3])
      for (const [n, map] of (await cam(gap, x, { target, size: 'layer' })).entries()) {
        expect(map.shape).toEqual([4, 5]);
        expect(map.score).toBeCloseTo(scores[n * 4 + target] as number, 6);
        expect(mean(map.data) + (bias[target] as number)).toBeCloseTo(map.score, 6);
      }
  });

  it('takes the class of the highest score, or a class per image', async () => {
    const maps = await cam(gap, x);
    const scores = await values(gap.forward(x));
    const best = maps.map((_, n) => scores.indexOf(Math.max(...scores.slice(n * 4, n * 4 + 4)), n * 4) - n * 4);
    expect(maps.map(({ target }) => target)).toEqual(best);
    expect(maps[0]?.shape).toEqual([8, 10]);
    expect(await cam(gap, x, { target: best })).toEqual(maps);
  });

  it.each<[string, Model]>([
    ['ResNet', zoo.resnet({ depth: 18, width: 0.05, classes: 3, inputShape: [64, 64, 3], dtype: 'float64' })],
    ['MobileNet, with dropout', zoo.mobilenetV2({ width: 0.1, classes: 3, inputShape: [64, 64, 3], dtype: 'float64' })],
    [
      'an average over the whole map',
      head(layers.averagePool2d({ poolSize: [4, 5] }), layers.flatten(), layers.dense({ units: 2, bias: false })),
    ],
    [
      'adaptive averages',
      head(layers.adaptiveAveragePool2d({ outputSize: 1 }), layers.flatten(), layers.dense({ units: 2 })),
    ],
  ])('%s: mean plus bias is the score', async (_, model) => {
    const [map] = await cam(model, images([1, ...model.inputShape]), { size: 'layer' });
    const bias = [...model.namedParameters()].filter(([path]) => /(\d|fc)\.bias$/.test(path)).at(-1);
    const own =
      bias && map && bias[1].shape[0] === model.outputShape[0] ? ((await values(bias[1]))[map.target] as number) : 0;
    expect(mean(map?.data ?? []) + own).toBeCloseTo(map?.score ?? Number.NaN, 6);
  });

  it.each<[string, Model, string]>([
    [
      'a hidden dense layer',
      head(layers.globalAveragePool2d(), layers.dense({ units: 9 }), layers.dense({ units: 4 })),
      'globalAveragePool2d, dense, dense',
    ],
    ['a flattened map', head(layers.flatten(), layers.dense({ units: 4 })), 'conv2d, flatten, dense'],
    [
      'an average over parts',
      head(layers.averagePool2d({ poolSize: 2 }), layers.flatten(), layers.dense({ units: 4 })),
      'averagePool2d, flatten, dense',
    ],
  ])('refuses %s', async (_, model, end) => {
    await expect(cam(model, x)).rejects.toThrow(
      `cam: the model must end in global average pooling and a dense layer, but ends in ${end}; use gradCam`,
    );
  });
});

describe('gradCam', () => {
  it('is max(CAM, 0) / Z where global average pooling and a dense layer follow', async () => {
    for (const target of [0, 1, 2, 3]) {
      const [maps, gradMaps] = await Promise.all([
        cam(gap, x, { target, size: 'layer' }),
        gradCam(gap, x, { target, size: 'layer' }),
      ]);
      for (const [n, { data }] of maps.entries())
        for (const [at, value] of data.entries()) expect(gradMaps[n]?.data[at]).toBeCloseTo(Math.max(value, 0) / 20, 7);
    }
  });

  it('weighs the maps by the means of their gradients, by differences', async () => {
    // Not rectified, so that no two places of a window are equal.
    const model = sequential({
      inputShape: [8, 10, 3],
      layers: [
        layers.conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' }),
        layers.maxPool2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 3 }),
      ],
      dtype: 'float64',
    });
    const one = images([1, 8, 10, 3]);
    const [map] = await gradCam(model, one, { target: 2, size: 'layer' });
    const maps = await values(model.forwardWith(one, ['0']).intermediates['0']);
    const rest = async (moved: readonly number[]) => {
      const pooled = ops.reshape(ops.maxPool2d(tensor(moved, [1, 4, 5, 5], 'float64'), { poolSize: 2 }), [1, 20]);
      return (await values(ops.matmul(pooled, model.parameter('3.weights'))))[2] as number;
    };
    const weights = await Promise.all(
      [0, 1, 2, 3, 4].map(async (k) => {
        let total = 0;
        for (let at = k; at < maps.length; at += 5) {
          const step = (by: number) => maps.with(at, (maps[at] as number) + by);
          total += ((await rest(step(1e-6))) - (await rest(step(-1e-6)))) / 2e-6;
        }
        return total / 20;
      }),
    );
    for (let place = 0; place < 20; place++) {
      const sum = weights.reduce((total, weight, k) => total + weight * (maps[place * 5 + k] as number), 0);
      expect(map?.data[place]).toBeCloseTo(Math.max(sum, 0), 6);
    }
  });

  it('takes the last rectified convolution by default, and any layer with maps by name', async () => {
    expect(await gradCam(gap, x, { layer: '2' })).toEqual(await gradCam(gap, x));
    const resnet = zoo.resnetCifar({ depth: 8, width: 0.25 });
    const one = images([1, 32, 32, 3], 'float32');
    const last = resnet.summary().rows.findLast(({ outputShape }) => outputShape.length === 3)?.path as string;
    const named = await gradCam(resnet, one, { layer: last });
    expect(named).toEqual(await gradCam(resnet, one));
    expect(await gradCam(resnet, one, { layer: 'layer3' })).toEqual(named);
    const vgg = zoo.vgg({ depth: 11, width: 0.05, inputShape: [32, 32, 3], classes: 4 });
    expect((await gradCam(vgg, one, { size: 'layer' }))[0]?.shape).toEqual([2, 2]);
    expect((await gradCam(vgg, one))[0]?.shape).toEqual([32, 32]);
  });

  it('explains units inside by the maps before them', async () => {
    const target = { layer: '2', channel: 1, position: 'mean' } as const;
    expect(await gradCam(gap, x, { target, layer: '0' })).not.toEqual(await gradCam(gap, x, { target }));
    const [own] = await gradCam(gap, x, { target, size: 'layer' }); // by default of the layer itself: α is 1 / Z for the channel, else 0
    const maps = await values(gap.forwardWith(x, ['2']).intermediates['2']);
    for (const [place, value] of own?.data.entries() ?? [])
      expect(value).toBeCloseTo((maps[place * 5 + 1] as number) / 20, 7);
  });

  it('works in graphs', async () => {
    const image = input([8, 8, 3]);
    const maps = image.pipe(conv(4));
    const model = graph({
      inputs: image,
      outputs: { main: maps.pipe(layers.flatten(), layers.dense({ units: 2 })), side: maps.pipe(layers.flatten()) },
    });
    const one = images([1, 8, 8, 3], 'float32');
    const [map] = await gradCam(model.select('main'), one);
    expect(map?.data.every((v) => v >= 0)).toBe(true);
    await expect(gradCam(model as never, one)).rejects.toThrow('gradCam: the model has several outputs (main, side)');
  });
});

describe('guidedGradCam', () => {
  it('is the product of its two factors', async () => {
    const [picture] = await guidedGradCam(gap, x, { target: 1 });
    const [[map], [guided]] = await Promise.all([
      gradCam(gap, x, { target: 1 }),
      guidedBackprop(gap, x, { target: 1 }),
    ]);
    expect(picture?.shape).toEqual([8, 10, 3]);
    for (const [at, value] of picture?.data.entries() ?? [])
      expect(value).toBeCloseTo((guided?.data[at] as number) * (map?.data[Math.floor(at / 3)] as number), 7);
  });
});
