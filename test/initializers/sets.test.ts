/** What each kind of layer begins with under the defaults of PyTorch and of Keras, for a whole model by one word. */
import { describe, expect, it } from 'vitest';
import * as initializers from '../../lib/initializers/index.js';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { values } from '../support/tensors.js';

type Options = Omit<Parameters<typeof sequential>[0], 'inputShape' | 'layers'>;

const model = (inputShape: readonly number[], layer: Layer, options: Options = {}) =>
  sequential({ inputShape, layers: [layer] as never, ...options });

/** The largest absolute value must come close to the bound, and not exceed it; 0 stands for all zeros. */
async function expectBound(inputShape: readonly number[], layer: Layer, options: Options, bounds: object) {
  using made = model(inputShape, layer, { seed: 3, ...options });
  for (const [name, bound] of Object.entries(bounds)) {
    const found = (await values(made.parameter(`0.${name}`))).reduce(
      (most, value) => Math.max(most, Math.abs(value)),
      0,
    );
    expect(found, name).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(found, name).toBeGreaterThanOrEqual(bound * (name === 'bias' ? 0.4 : 0.9));
  }
}

const root = (fan: number) => 1 / Math.sqrt(fan);
const glorot = (fanIn: number, fanOut: number) => Math.sqrt(6 / (fanIn + fanOut));

// The fans follow from the shape of the weights, in Keras [height, width, inputs, outputs]; groups do not divide the fan-out.
const kinds: [name: string, input: number[], make: () => Layer, torch: object, keras: object][] = [
  [
    'dense',
    [40],
    () => layers.dense({ units: 60 }),
    { weights: root(40), bias: root(40) },
    { weights: glorot(40, 60), bias: 0 },
  ],
  [
    'conv2d, the worked example',
    [8, 8, 3],
    () => layers.conv2d({ filters: 2, kernelSize: [3, 4] }),
    { filter: 0.16667, bias: 0.16667 },
    { filter: 0.31623, bias: 0 },
  ],
  [
    'conv2d of 3 · 3 · 64 · 128',
    [4, 4, 64],
    () => layers.conv2d({ filters: 128, kernelSize: 3 }),
    { filter: 0.0416667, bias: 0.0416667 },
    { filter: 0.0589256, bias: 0 },
  ],
  [
    'conv2d in groups',
    [8, 8, 8],
    () => layers.conv2d({ filters: 16, kernelSize: 3, groups: 4 }),
    { filter: root(18), bias: root(18) },
    { filter: glorot(18, 144), bias: 0 },
  ],
  [
    'conv1d',
    [20, 6],
    () => layers.conv1d({ filters: 16, kernelSize: 5 }),
    { filter: root(30), bias: root(30) },
    { filter: glorot(30, 80), bias: 0 },
  ],
  [
    'depthwiseConv2d',
    [8, 8, 16],
    () => layers.depthwiseConv2d({ kernelSize: 3, multiplier: 2 }),
    { filter: root(9), bias: root(9) },
    { filter: glorot(144, 18), bias: 0 },
  ],
  [
    'separableConv2d',
    [8, 8, 16],
    () => layers.separableConv2d({ filters: 24, kernelSize: 3 }),
    { depthwiseFilter: root(9), filter: root(16), bias: root(16) },
    { depthwiseFilter: glorot(144, 9), filter: glorot(16, 24), bias: 0 },
  ],
  [
    'locallyConnected2d, by the weights of one position',
    [6, 6, 4],
    () => layers.locallyConnected2d({ filters: 8, kernelSize: 3 }),
    { filter: root(36), bias: root(36) },
    { filter: glorot(36, 72), bias: 0 },
  ],
];

describe.each(kinds)('%s', (_, input, make, torch, keras) => {
  it("begins as PyTorch's does", async () => {
    await expectBound(input, make(), {}, torch);
    await expectBound(input, make(), { initializers: 'pytorch' }, torch);
  });
  it("begins as Keras' does where the model says so", async () => {
    await expectBound(input, make(), { initializers: 'keras' }, keras);
  });
});

it('transposed convolutions begin alike: the fans change places', async () => {
  const make = () => layers.conv2dTranspose({ filters: 16, kernelSize: 3 });
  await expectBound([4, 4, 8], make(), { initializers: 'keras' }, { filter: glorot(72, 144), bias: 0 });
});

it('embeddings and slopes have defaults of their own, and norms the same ones', async () => {
  const table = async (options: Options) =>
    values(model([7], layers.embedding({ vocabulary: 50, size: 20, paddingIndex: 2 }), options).parameter('0.table'));
  const keras = await table({ initializers: 'keras' });
  expect(Math.max(...keras.map(Math.abs))).toBeLessThanOrEqual(0.05 + 1e-8);
  expect(Math.max(...keras.map(Math.abs))).toBeGreaterThan(0.049);
  expect(keras.slice(40, 60).every((value) => value === 0)).toBe(true);
  const normal = await table({});
  expect(Math.sqrt(normal.reduce((sum, value) => sum + value * value, 0) / 980)).toBeCloseTo(1, 1);

  const first = (layer: Layer, name: string, options: Options) =>
    values(model([4], layer, options).parameter(`0.${name}`)).then(([value]) => value);
  expect(await first(layers.prelu(), 'slope', {})).toBe(0.25);
  expect(await first(layers.prelu(), 'slope', { initializers: 'keras' })).toBe(0);
  expect(await first(layers.batchNorm(), 'gamma', { initializers: 'keras' })).toBe(1);
  expect(await first(layers.batchNorm(), 'beta', { initializers: 'keras' })).toBe(0);
});

it('an initializer given to a layer counts, in whatever model', async () => {
  const dense = layers.dense({ units: 3, weightsInitializer: initializers.constant(7) });
  using made = model([2], dense, { initializers: 'keras' });
  expect(await values(made.parameter('0.weights'))).toEqual([7, 7, 7, 7, 7, 7]);
  expect(await values(made.parameter('0.bias'))).toEqual([0, 0, 0]);
});

it("single layers of a model with Keras' defaults may begin as PyTorch's", async () => {
  const { pytorch } = initializers;
  const options = { initializers: 'keras' } as const;
  await expectBound([40], layers.dense({ units: 60, ...pytorch.dense }), options, { weights: root(40) });
  await expectBound([8, 8, 3], layers.conv2d({ filters: 9, kernelSize: 3, ...pytorch.conv }), options, {
    filter: root(27),
  });
});

it('reaches layers inside of others', async () => {
  const inside = layers.sequential([layers.residual([layers.dense({ units: 4 })])]);
  using made = model([4], inside, { initializers: 'keras' });
  const [name] = [...made.namedParameters().keys()].filter((path) => path.endsWith('bias'));
  expect(await values(made.parameter(name as string))).toEqual([0, 0, 0, 0]);
});

it.each<[unknown, string]>([
  ['tensorflow', "model: initializers must be one of 'pytorch', 'keras', but received 'tensorflow'"],
  ['Keras', "but received 'Keras'"],
  [null, 'but received null'],
  [initializers.keras, 'model: initializers must be one of'],
])('rejects %j', (given, message) => {
  expect(() => model([4], layers.dense({ units: 2 }), { initializers: given as never })).toThrow(ArgumentError);
  expect(() => model([4], layers.dense({ units: 2 }), { initializers: given as never })).toThrow(message);
});
