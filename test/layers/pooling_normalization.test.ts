// The pooling and normalisation layers: shapes inferred and computed agree, forward is the op's, and options are checked.
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import * as ops from '../../lib/ops/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { Random } from '../../lib/tensor/random.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { random } from '../support/operators.js';
import { values } from '../support/tensors.js';

function run(layer: Layer, x: Tensor, training = false): Tensor {
  layer.build(x.shape.slice(1), { path: '', random: new Random(1), dtype: 'float64' });
  return layer.forward(x, { training, random: new Random(2) });
}

const image = random([2, 7, 8, 6]);
const sequence = random([2, 9, 6]);
const window = { poolSize: 3, strides: 2, padding: 1, ceilMode: true } as const;

const cases: (readonly [string, Layer, Tensor, (x: Tensor) => Tensor])[] = [
  ['maxPool2d', layers.maxPool2d(window), image, (x) => ops.maxPool2d(x, window)],
  [
    'averagePool2d',
    layers.averagePool2d({ ...window, countIncludePad: false }),
    image,
    (x) => ops.averagePool2d(x, { ...window, countIncludePad: false }),
  ],
  ['lpPool2d', layers.lpPool2d({ ...window, p: 3 }), image, (x) => ops.lpPool2d(x, { ...window, p: 3 })],
  [
    'stochasticPool2d',
    layers.stochasticPool2d(window),
    image,
    (x) => ops.stochasticPool2d(x, { ...window, training: false }),
  ],
  [
    'subsampling2d',
    layers.subsampling2d({ poolSize: 2 }),
    image,
    (x) => ops.averagePool2d(x, { poolSize: 2 }), // with its initial weights
  ],
  ['globalMaxPool2d', layers.globalMaxPool2d(), image, (x) => ops.globalMaxPool2d(x)],
  [
    'adaptiveAveragePool2d',
    layers.adaptiveAveragePool2d({ outputSize: [3, 5] }),
    image,
    (x) => ops.adaptiveAveragePool2d(x, { outputSize: [3, 5] }),
  ],
  [
    'adaptiveMaxPool2d',
    layers.adaptiveMaxPool2d({ outputSize: 4 }),
    image,
    (x) => ops.adaptiveMaxPool2d(x, { outputSize: 4 }),
  ],
  ['maxout', layers.maxout({ pieces: 3 }), image, (x) => ops.maxout(x, { pieces: 3 })],
  ['maxPool1d', layers.maxPool1d(window), sequence, (x) => ops.maxPool1d(x, window)],
  [
    'averagePool1d',
    layers.averagePool1d({ ...window, countIncludePad: false }),
    sequence,
    (x) => ops.averagePool1d(x, { ...window, countIncludePad: false }),
  ],
  ['lpPool1d', layers.lpPool1d({ ...window, p: 3 }), sequence, (x) => ops.lpPool1d(x, { ...window, p: 3 })],
  [
    'stochasticPool1d',
    layers.stochasticPool1d(window),
    sequence,
    (x) => ops.stochasticPool1d(x, { ...window, training: false }),
  ],
  [
    'subsampling1d',
    layers.subsampling1d(window),
    sequence,
    (x) => ops.averagePool1d(x, { ...window, countIncludePad: true }), // with its initial weights
  ],
  ['globalAveragePool1d', layers.globalAveragePool1d(), sequence, (x) => ops.globalAveragePool1d(x)],
  [
    'adaptiveAveragePool1d',
    layers.adaptiveAveragePool1d({ outputSize: 4 }),
    sequence,
    (x) => ops.adaptiveAveragePool1d(x, { outputSize: 4 }),
  ],
  [
    'adaptiveMaxPool1d',
    layers.adaptiveMaxPool1d({ outputSize: 4 }),
    sequence,
    (x) => ops.adaptiveMaxPool1d(x, { outputSize: 4 }),
  ],
  ['maxOverTime', layers.maxOverTime(), sequence, (x) => ops.maxOverTime(x)],
  ['kMaxPool', layers.kMaxPool({ k: 4 }), sequence, (x) => ops.kMaxPool(x, { k: 4 })],
  ['layerNorm', layers.layerNorm({ axes: 2, epsilon: 0.1 }), image, (x) => ops.layerNorm(x, { axes: 2, epsilon: 0.1 })],
  ['groupNorm', layers.groupNorm({ groups: 2 }), image, (x) => ops.groupNorm(x, { groups: 2 })],
  ['instanceNorm', layers.instanceNorm({ affine: true }), image, (x) => ops.instanceNorm(x)],
  ['instanceNorm without parameters', layers.instanceNorm(), image, (x) => ops.instanceNorm(x)],
  [
    'localResponseNorm',
    layers.localResponseNorm({ bias: 1, alphaConvention: 'divided' }),
    image,
    (x) => ops.localResponseNorm(x, { bias: 1, alphaConvention: 'divided' }),
  ],
  [
    'subtractiveNorm',
    layers.subtractiveNorm({ windowSize: 5, acrossChannels: true }),
    image,
    (x) => ops.subtractiveNorm(x, { windowSize: 5, acrossChannels: true }),
  ],
];

it('batchNorm passes its conventions on', async () => {
  const layer = layers.batchNorm({ momentum: 0.01, varianceConvention: 'keras' });
  run(layer, tensor([[1], [2], [3], [4]], undefined, 'float64'), true);
  expect(await layer.parameters.get('runningMean')?.item()).toBeCloseTo(0.025, 12);
  expect(await layer.parameters.get('runningVariance')?.item()).toBeCloseTo(1.0025, 12);
});

describe('a layer computes what its op computes, in the shape it infers', () => {
  it.each(cases)('%s', async (_, layer, x, op) => {
    const y = run(layer, x);
    expect(layer.outputShape(x.shape.slice(1))).toEqual(y.shape.slice(1));
    const expected = await values(op(x));
    const actual = await values(y);
    expect(actual.length).toBe(expected.length);
    for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index] as number, 12);
  });
});

describe('what the papers count and print', () => {
  it('LeNet-5: a weight and a bias for each map of S2 and S4', () => {
    const count = (maps: number) =>
      Object.values(layers.subsampling2d({ poolSize: 2 }).parameterSpecs([28, 28, maps])).reduce(
        (sum, { shape }) => sum + (shape[0] as number),
        0,
      );
    expect([count(6), count(16)]).toEqual([12, 32]);
  });

  it('GoogLeNet and cifar10_quick pool with ceilMode: 112 to 56, and 32 to 16, 8, 4', () => {
    const pool = layers.maxPool2d({ poolSize: 3, strides: 2, ceilMode: true });
    expect(pool.outputShape([112, 112, 64])).toEqual([56, 56, 64]);
    expect(layers.maxPool2d({ poolSize: 3, strides: 2 }).outputShape([112, 112, 64])).toEqual([55, 55, 64]);
    expect([32, 16, 8].map((extent) => pool.outputShape([extent, extent, 1])[0])).toEqual([16, 8, 4]);
  });

  it('an averaging window of ceilMode divides by what it covers of the input', async () => {
    const x = tensor(
      Float64Array.from({ length: 49 }, (_, i) => i),
      [1, 7, 7, 1],
    );
    const y = run(layers.averagePool2d({ poolSize: 2, strides: 3, ceilMode: true }), x);
    expect(await values(y)).toEqual([4, 7, 9.5, 25, 28, 30.5, 42.5, 45.5, 48]);
  });

  it('stochastic pooling draws in training, from the random numbers it is given', async () => {
    const drawn = run(layers.stochasticPool2d({ poolSize: 2 }), image, true);
    const options = { poolSize: 2, training: true, random: new Random(2) };
    expect(await values(drawn)).toEqual(await values(ops.stochasticPool2d(image, options)));
  });
});

const make = (factory: (options: never) => Layer, options: unknown) => () => factory(options as never);

describe('options are validated when the layer is made', () => {
  it.each([
    [make(layers.maxPool2d, { poolSize: 2, ceilMode: 1 }), 'maxPool2d: ceilMode must be true or false, but received 1'],
    [
      make(layers.averagePool2d, { poolSize: 2, countIncludePad: 'no' }),
      "averagePool2d: countIncludePad must be true or false, but received 'no'",
    ],
    [
      make(layers.maxPool2d, { poolSize: 2, countIncludePad: true }),
      "maxPool2d: unknown option 'countIncludePad'; it takes name, poolSize, strides, padding, ceilMode",
    ],
    [make(layers.lpPool2d, { poolSize: 2, p: 0 }), 'lpPool2d: p must be a finite number of at least 1, but received 0'],
    [make(layers.lpPool1d, { poolSize: 2, p: 0 }), 'lpPool1d: p must be a finite number of at least 1, but received 0'],
    [make(layers.maxPool1d, { poolSize: [2, 2] }), 'maxPool1d: poolSize must be a positive integer'],
    [make(layers.averagePool1d, { poolSize: 2, padding: 'SAME' }), "averagePool1d: padding must be 'valid', 'same'"],
    [make(layers.adaptiveMaxPool2d, { outputSize: [1] }), 'adaptiveMaxPool2d: outputSize must be a number or [height,'],
    [make(layers.adaptiveAveragePool2d, {}), 'adaptiveAveragePool2d: outputSize must be a positive integer'],
    [make(layers.maxout, { pieces: 0 }), 'maxout: pieces must be a positive integer, but received 0'],
    [make(layers.kMaxPool, { k: 1.5 }), 'kMaxPool: k must be a positive integer, but received 1.5'],
    [make(layers.globalMaxPool2d, { poolSize: 2 }), "globalMaxPool2d: unknown option 'poolSize'; it takes name"],
    [make(layers.subsampling2d, { poolSize: 2, activation: 'tanh' }), "subsampling2d: unknown option 'activation'"],
    [make(layers.stochasticPool2d, { poolSize: 2, training: true }), "stochasticPool2d: unknown option 'training'"],
    [make(layers.groupNorm, {}), 'groupNorm: groups must be a positive integer, but received undefined'],
    [make(layers.layerNorm, { axes: 0 }), 'layerNorm: axes must be a positive integer, but received 0'],
    [make(layers.layerNorm, { epsilon: -1 }), 'layerNorm: epsilon must be a finite number of at least 0'],
    [
      make(layers.instanceNorm, { gammaInitializer: () => {} }),
      'instanceNorm: gammaInitializer is given but affine is false',
    ],
    [make(layers.localResponseNorm, { alphaConvention: 'caffe' }), 'localResponseNorm: alphaConvention must be one of'],
    [make(layers.subtractiveNorm, { windowSize: 4 }), 'subtractiveNorm: windowSize must be odd, but received 4'],
  ])('%#', (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });

  it.each([
    [() => layers.groupNorm({ groups: 4 }).outputShape([6]), 'groupNorm: input has 6 channels, which 4 groups do not'],
    [() => layers.maxout({ pieces: 4 }).outputShape([6]), 'maxout: input has 6 channels, which 4 pieces do not divide'],
    [() => layers.kMaxPool({ k: 4 }).outputShape([3, 1]), 'kMaxPool: k 4 is larger than the length 3 of its input'],
    [() => layers.layerNorm({ axes: 2 }).outputShape([6]), 'layerNorm: normalises 2 axes, got [6]'],
    [() => layers.maxOverTime().outputShape([6]), 'maxOverTime: expects a sequence [length, channels], got [6]'],
    [() => layers.maxPool1d({ poolSize: 2 }).outputShape([6]), 'maxPool1d: expects a sequence [length, channels]'],
    [() => layers.subtractiveNorm().outputShape([6]), 'subtractiveNorm: expects an image [height, width, channels]'],
  ])('shapes %#', (call, message) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });
});
