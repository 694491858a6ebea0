/** Saliency, deconvolutional network, guided backpropagation: each by the property that defines it. */
import { describe, expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import { input } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import * as ops from '../../lib/ops/index.js';
import { elementCount, type Shape } from '../../lib/tensor/shape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { AttributionImage, deconvnet, guidedBackprop, saliency } from '../../lib/vis/index.js';
import * as zoo from '../../lib/zoo/index.js';
import { noise, values } from '../support/tensors.js';

const images = (shape: Shape, seed = 1) => tensor(noise(elementCount(shape), seed), shape, 'float32');

/** conv(relu) – pool – residual – dense, in double precision, so that differences tell the derivative. */
const deep = (last: readonly layers.Layer[] = []) =>
  sequential({
    inputShape: [6, 6, 2],
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.residual([layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), layers.activation('relu')]),
      layers.flatten(),
      layers.dense({ units: 3 }),
      ...last,
    ] as never,
    dtype: 'float64',
  });

describe('saliency', () => {
  const x = noise(144, 5);
  const batch = tensor(x, [2, 6, 6, 2]);

  it('equals the largest magnitude among the channels of the differences of the score', async () => {
    const model = deep();
    const scoreAt = async (moved: Float64Array, image: number) =>
      (await values(model.forward(tensor(moved, [2, 6, 6, 2]))))[image * 3 + 1] as number;
    const maps = await saliency(model, batch, { target: 1 });
    expect(maps.map(({ shape, target }) => [shape, target])).toEqual([
      [[6, 6], 1],
      [[6, 6], 1],
    ]);
    for (const [image, map] of maps.entries()) {
      expect(map.score).toBeCloseTo(await scoreAt(x, image), 6);
      for (let pixel = 0; pixel < 36; pixel += 5) {
        const slopes = await Promise.all(
          [0, 1].map(async (channel) => {
            const at = image * 72 + pixel * 2 + channel;
            const [ahead, behind] = [x.with(at, (x[at] as number) + 1e-5), x.with(at, (x[at] as number) - 1e-5)];
            return Math.abs((await scoreAt(ahead, image)) - (await scoreAt(behind, image))) / 2e-5;
          }),
        );
        expect(map.data[pixel]).toBeCloseTo(Math.max(...slopes), 6);
      }
    }
  });

  it('takes the class of the highest score, a class per image, and units inside', async () => {
    const model = deep();
    const scores = await values(model.forward(batch));
    const best = [0, 1].map((n) => scores.slice(n * 3, n * 3 + 3)).map((row) => row.indexOf(Math.max(...row)));
    const byDefault = await saliency(model, batch);
    const named = await saliency(model, batch, { target: best });
    expect(byDefault.map(({ target }) => target)).toEqual(best);
    expect(named).toEqual(byDefault);
    const [unit] = await saliency(model, batch, { target: { layer: '2', channel: 3, position: [1, 2] } });
    const { intermediates } = model.forwardWith(batch, ['2']);
    expect(unit?.score).toBeCloseTo((await values(intermediates['2']))[(1 * 3 + 2) * 4 + 3] as number, 6);
    const [mean] = await saliency(model, batch, { target: { layer: '0', channel: 0, position: 'mean' } });
    const channel = (await values(model.forwardWith(batch, ['0']).intermediates['0'])).filter((_, i) => i % 4 === 0);
    expect(mean?.score).toBeCloseTo(channel.slice(0, 36).reduce((sum, v) => sum + v, 0) / 36, 6);
  });

  it('of a network that puts out maps explains the strongest unit, and names its channel', async () => {
    const model = sequential({
      inputShape: [6, 6, 2],
      layers: [layers.conv2d({ filters: 3, kernelSize: 3 })],
      dtype: 'float64',
    });
    const [first] = await saliency(model, batch);
    const scores = (await values(model.forward(batch))).slice(0, 48);
    const strongest = scores.indexOf(Math.max(...scores));
    expect([first?.target, first?.score]).toEqual([strongest % 3, scores[strongest]]);
    const seen = [...(first?.data ?? [])].flatMap((v, at) => (v > 0 ? [at] : []));
    const corner = Math.floor(strongest / 12) * 6 + (Math.floor(strongest / 3) % 4);
    expect(seen).toEqual([0, 1, 2, 6, 7, 8, 12, 13, 14].map((offset) => corner + offset));
  });

  it('explains the score before a softmax, be it a layer of its own, in the dense layer, or in a graph', async () => {
    const expected = await saliency(deep(), batch);
    for (const name of ['softmax', 'sigmoid'] as const)
      expect(await saliency(deep([layers.activation(name)]), batch)).toEqual(expected);
    const image = input([6, 6, 2]);
    const plain = (activation: 'none' | 'softmax') =>
      graph({
        inputs: image,
        outputs: image.pipe(layers.flatten(), layers.dense({ units: 3, activation })),
        dtype: 'float64',
      });
    expect(await saliency(plain('softmax'), batch)).toEqual(await saliency(plain('none'), batch));
  });

  it('of images of bytes is that by the numbers they become', async () => {
    const inner = sequential({ inputShape: [4, 4, 1], layers: [layers.flatten(), layers.dense({ units: 2 })] });
    const model = sequential({ inputShape: [4, 4, 1], layers: [layers.normalizePixels({ mean: 0.5 }), inner.layer] });
    const bytes = tensor(
      Uint8Array.from({ length: 16 }, (_, i) => 15 * i),
      [1, 4, 4, 1],
    );
    const numbers = ops.normalizePixels(bytes, { mean: 0.5 });
    expect((await saliency(model, bytes))[0]?.data).toEqual((await saliency(inner, numbers))[0]?.data);
  });

  it.each([
    ['a residual network', zoo.resnetCifar({ depth: 8, width: 0.25 })],
    ['a network with relu6', zoo.mobilenetV2({ inputShape: [32, 32, 3], width: 0.1, classes: 5 })],
    ['GoogLeNet', zoo.googlenet({ inputShape: [64, 64, 3], width: 0.05, classes: 5 })],
  ])('and the other rules work for %s', async (_, model) => {
    const x = images([1, ...model.inputShape]);
    const [[map], [guided], [deconvolved]] = await Promise.all([
      saliency(model, x),
      guidedBackprop(model, x),
      deconvnet(model, x),
    ]);
    expect([map?.shape, guided?.shape]).toEqual([model.inputShape.slice(0, 2), model.inputShape]);
    for (const found of [map, guided, deconvolved]) expect(found?.data.every(Number.isFinite)).toBe(true);
    expect(guided?.data).not.toEqual(deconvolved?.data);
  });
});

describe('deconvnet', () => {
  it('without rectifiers is the transposed convolution of the one activation', async () => {
    const model = sequential({
      inputShape: [7, 7, 3],
      layers: [layers.conv2d({ filters: 5, kernelSize: 3, strides: 2 })],
    });
    const x = images([1, 7, 7, 3]);
    const [picture] = await deconvnet(model, x, { target: { layer: '0', channel: 2, position: [1, 2] } });
    const only = (await values(model.forward(x))).map((value, at) => (at === (1 * 3 + 2) * 5 + 2 ? value : 0));
    const expected = ops.conv2dTranspose(tensor(only, [1, 3, 3, 5]), model.parameter('0.filter'), { strides: 2 });
    expect(Array.from(picture?.data ?? [])).toEqual(await values(expected));
  });

  it('puts activations back where their maxima stood', async () => {
    const model = sequential({ inputShape: [4, 4, 1], layers: [layers.maxPool2d({ poolSize: 2 })] });
    const x = [1, 2, 5, 3, 4, 0, 1, 0, 0, 9, 0, 0, 0, 0, 7, 8];
    const [picture] = await deconvnet(model, tensor(x, [1, 4, 4, 1]), {
      target: { layer: '0', channel: 0, position: [1, 0] },
    });
    expect(Array.from(picture?.data ?? [])).toEqual(x.map((value) => (value === 9 ? 9 : 0)));
    const [strongest] = await deconvnet(model, tensor(x, [1, 4, 4, 1]), { target: { layer: '0', channel: 0 } });
    expect(strongest).toEqual(picture);
  });

  it('of two layers is unpooling, rectification and filtering by hand', async () => {
    const model = sequential({
      inputShape: [8, 8, 2],
      layers: [
        layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
        layers.maxPool2d({ poolSize: 2 }),
        layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
      ],
    });
    const x = images([1, 8, 8, 2], 3);
    const [picture] = await deconvnet(model, x, { target: { layer: '2', channel: 1 } });
    const { intermediates: at } = model.forwardWith(x, ['0', '2']);
    const top = await values(at['2']);
    const ofChannel = top.filter((_, i) => i % 4 === 1);
    const strongest = Math.max(...ofChannel);
    expect(strongest).toBeGreaterThan(0);
    const place = ofChannel.indexOf(strongest) * 4 + 1;
    const only = tensor(
      top.map((value, i) => (i === place ? value : 0)),
      [1, 4, 4, 4],
    );
    const { switches } = ops.maxPool2dWithSwitches(at['0'], { poolSize: 2 });
    const lower = ops.maxUnpool2d(
      ops.conv2dTranspose(only, model.parameter('2.filter'), { padding: 'same' }),
      switches,
    );
    const expected = ops.conv2dTranspose(ops.relu(lower), model.parameter('0.filter'), { padding: 'same' });
    const got = Array.from(picture?.data ?? []);
    for (const [i, value] of (await values(expected)).entries()) expect(got[i]).toBeCloseTo(value, 5);
    expect(picture?.score).toBe(strongest);
  });
});

describe('guidedBackprop', () => {
  it('is the gradient where no rectifier clips, and another where some do', async () => {
    const model = deep();
    const x = images([1, 6, 6, 2], 4);
    const wide = tensor(await x.data(), x.shape, 'float64');
    const [guided] = await guidedBackprop(model, wide, { target: 0 });
    const [map] = await saliency(model, wide, { target: 0 });
    expect(guided?.magnitude().data).not.toEqual(map?.data);
    for (const parameter of model.parameters)
      parameter.assign(await values(parameter).then((v) => Float64Array.from(v, Math.abs)));
    const positive = ops.abs(wide);
    const [same] = await guidedBackprop(model, positive, { target: 0 });
    const [plain] = await saliency(model, positive, { target: 0 });
    expect(same?.magnitude().data).toEqual(plain?.data);
  });
});

describe('AttributionImage', () => {
  it('shows zero as mid-grey and the largest magnitude as black or white', () => {
    const image = new AttributionImage(Float32Array.of(0, -2, 1, 0.5), [2, 2, 1], { target: 0, score: 1 });
    expect(Array.from(image.image().data)).toEqual([128, 0, 191, 159]);
    expect(Array.from(image.image({ largest: 1 }).data)).toEqual([128, 0, 255, 191]);
    expect(image.png().length).toBeGreaterThan(50);
  });
});
