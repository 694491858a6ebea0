// What a profile says of a model, but for the times: which steps there are, what they compute and move, what is left as it was.
import { afterEach, describe, expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import { input, join } from '../../lib/models/node.js';
import type { ModelProfile, ProfileRow } from '../../lib/models/profile.js';
import { sequential } from '../../lib/models/sequential.js';
import { memory } from '../../lib/native.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';

const conv = (filters: number, activation: 'none' | 'relu' = 'none') =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation });

const quick = { batch: 2, repetitions: 1 };

const names = ({ rows }: ModelProfile): string[] => rows.map(({ path, kind }) => `${path} ${kind}`);

const liveBytes = memory().liveBytes;
afterEach(() => expect(memory().liveBytes).toBe(liveBytes));

describe('the steps', () => {
  it('are the layers in order, a convolution with the relu in its epilogue as one', async () => {
    using model = sequential({
      inputShape: [6, 6, 1],
      layers: [
        conv(4),
        layers.activation('relu'),
        layers.maxPool2d({ poolSize: 2 }),
        layers.sequential([layers.flatten(), layers.dense({ units: 3, name: 'hidden' })], { name: 'head' }),
        layers.activation('tanh'),
      ],
    });
    const profile = await model.profile(undefined, quick);
    expect(names(profile)).toEqual([
      '0 conv2d + relu',
      '2 maxPool2d',
      'head.0 flatten',
      'head.hidden dense',
      '4 activation',
    ]);
    expect(profile.rows.map(({ fused }) => fused)).toEqual([['1'], [], [], [], []]);
    expect(profile.rows.map(({ outputShape }) => outputShape)).toEqual([[6, 6, 4], [3, 3, 4], [36], [3], [3]]);
  });

  it('of branches end with what brings them together', async () => {
    using model = sequential({
      inputShape: [6, 6, 2],
      layers: [
        layers.residual([conv(2, 'relu'), layers.batchNorm()], { shortcut: [conv(2)], name: 'block' }),
        layers.parallel([conv(3), layers.sequential([conv(1), layers.activation('relu')])]),
      ],
    });
    expect(names(await model.profile(undefined, quick))).toEqual([
      'block.0 conv2d',
      'block.1 batchNorm',
      'block.shortcut.0 conv2d',
      'block residual',
      '1.0 conv2d',
      '1.1.0 conv2d + relu',
      '1 parallel',
    ]);
  });

  it('of a graph run as the graph does', async () => {
    const image = input([4, 4, 2]);
    const mask = input([4, 4, 1]);
    const seen = join(layers.concat({ name: 'both' }), [image, mask]).pipe(conv(2), layers.activation('relu'));
    const sum = join(layers.add(), [seen, seen.pipe(layers.residual([conv(2)], { name: 'inner' }))]);
    using model = graph({ inputs: { image, mask }, outputs: { sum, pooled: sum.pipe(layers.globalMaxPool2d()) } });
    const profile = await model.profile(undefined, quick);
    expect(names(profile)).toEqual([
      'both concat',
      '1 conv2d + relu',
      'inner.0 conv2d',
      'inner residual',
      '4 add',
      '5 globalMaxPool2d',
    ]);
    expect(profile.batch).toBe(2);
  });

  it('differentiate by what training differentiates by', async () => {
    const frozen = conv(2);
    using model = sequential({
      inputShape: [4, 4, 1],
      layers: [frozen, layers.maxPool2d({ poolSize: 2 }), conv(2), layers.maxPool2d({ poolSize: 2 }), conv(3)],
    });
    for (const parameter of model.parameters.slice(0, 2)) parameter.trainable = false;
    const { rows } = await model.profile(undefined, quick);
    const gradients = rows.map(({ forward, backward }) => backward && backward.operations / (forward.operations || 1));
    expect(gradients).toEqual([undefined, undefined, 1, 0, 2]);
  });
});

describe('operations and bytes', () => {
  it('are counted by hand', async () => {
    using model = sequential({ inputShape: [5], layers: [layers.dense({ units: 7 }), layers.dense({ units: 3 })] });
    const x = zeros([4, 5]);
    const profile = await model.profile(x, { repetitions: 1 });
    const [x1, w1, b1, y1, w2, b2, y2] = [20, 35, 7, 28, 21, 3, 12].map((length) => 4 * length) as [
      number, number, number, number, number, number, number,
    ]; // biome-ignore format: one tuple
    const [first, second] = profile.rows as [ProfileRow, ProfileRow];
    expect(first.forward).toMatchObject({ operations: 2 * 4 * 35, bytes: x1 + w1 + b1 + y1 });
    expect(second.forward).toMatchObject({ operations: 2 * 4 * 21, bytes: y1 + w2 + b2 + y2 });
    // the upstream gradient and what was saved are read; gradients by weights and bias are written, and by the second one's input
    expect(first.backward?.operations).toBe(2 * 4 * 35);
    expect(first.backward?.bytes).toBeGreaterThanOrEqual(y1 + x1 + w1 + b1);
    expect(second.backward).toMatchObject({ operations: 2 * 2 * 4 * 21, bytes: y2 + (y1 + w2) + (w2 + b2 + y1) });
    expect(profile.forward.bytes).toBe(first.forward.bytes + second.forward.bytes);
    expect(profile.backward.operations).toBe(2 * 4 * (35 + 2 * 21));
    x.dispose();
  });

  it('agree with the summary', async () => {
    using model = sequential({
      inputShape: [8, 8, 3],
      layers: [layers.separableConv2d({ filters: 4, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 2 })],
    });
    const { forward } = await model.profile(undefined, { batch: 3, repetitions: 1 });
    expect(forward.operations).toBe(2 * 3 * model.summary().macs);
  });

  it('are finite and not negative, as the times are, and rates follow from them', async () => {
    using model = sequential({ inputShape: [8, 8, 1], layers: [conv(4), layers.batchNorm(), layers.flatten()] });
    const profile = await model.profile();
    expect(profile.batch).toBe(32);
    for (const pass of profile.rows.flatMap(({ forward, backward }) => [forward, backward ?? []].flat())) {
      expect(pass.milliseconds).toBeGreaterThan(0);
      expect(pass.bytes).toBeGreaterThan(0);
      expect(pass.gflops).toBe(pass.operations === 0 ? 0 : pass.operations / pass.milliseconds / 1e6);
    }
    const sum = profile.rows.reduce((total, { forward }) => total + forward.milliseconds, 0);
    expect(profile.forward.milliseconds).toBeCloseTo(sum, 9);
  });
});

it('leaves weights, running statistics and the random numbers to come as they were', async () => {
  using model = sequential({
    inputShape: [6, 6, 1],
    layers: [conv(2), layers.batchNorm(), layers.flatten(), layers.dropout({ rate: 0.5 }), layers.dense({ units: 2 })],
  });
  const state = async () => [model.random.state, ...(await Promise.all(model.parameters.map((p) => p.data())))];
  const before = await state();
  await model.profile(undefined, quick);
  expect(await state()).toEqual(before);
});

it('follows maxima to where they are undone, and passes a layer that does nothing', async () => {
  const pool = layers.maxPool2d({ poolSize: 2 });
  using model = sequential({
    inputShape: [4, 4, 2],
    layers: [layers.dropout({ rate: 0 }), pool, layers.maxUnpool2d({ pool }), conv(1)],
  });
  expect(names(await model.profile(undefined, quick))).toEqual([
    '0 dropout',
    '1 maxPool2d',
    '2 maxUnpool2d',
    '3 conv2d',
  ]);
});

it('prints as a table', async () => {
  using model = sequential({ inputShape: [4, 4, 1], layers: [conv(2), layers.activation('relu'), layers.flatten()] });
  const text = `${await model.profile(undefined, quick)}`.replaceAll(/\d+\.\d+/g, '#').replaceAll(/ +/g, ' ');
  expect(text.replaceAll(/─+/g, '─')).toMatchInlineSnapshot(`
    "layer kind output forward ms GFLOP/s MB backward ms GFLOP/s MB time
    ─
    0 conv2d + relu [4, 4, 2] # # # # # # # %
    2 flatten [32] # # # # # %
    ─
    2 samples: # ms, forward # ms at # GFLOP/s, backward # ms at # GFLOP/s; # k operations"
  `);
});

describe('what it refuses', () => {
  const make = () => sequential({ inputShape: [4, 4, 1], layers: [layers.normalizePixels({ mean: 0.5 }), conv(1)] });

  it.each([
    [{ batch: 0 }, 'profile: batch must be a positive integer, but received 0'],
    [{ repetitions: 1.5 }, 'profile: repetitions must be a positive integer, but received 1.5'],
    [{ batches: 2 }, "profile: unknown option 'batches'; it takes batch, repetitions"],
  ])('%j', async (options, message) => {
    await expect(make().profile(undefined, options as object)).rejects.toThrow(message);
  });

  it('a batch size beside a batch', async () => {
    const x = zeros([2, 4, 4, 1]);
    await expect(make().profile(x, { batch: 2 })).rejects.toThrow(
      'profile: batch is given, but so is x, which has one',
    );
    x.dispose();
  });

  it('numbers where pixels are needed, naming the layer', async () => {
    using model = make();
    await expect(model.profile()).rejects.toThrow('normalizePixels "0"');
    const pixels = tensor(new Uint8Array(32), [2, 4, 4, 1]);
    const { rows } = await model.profile(pixels, { repetitions: 1 });
    expect(rows.map(({ backward }) => backward === undefined)).toEqual([true, false]);
    pixels.dispose();
  });
});
