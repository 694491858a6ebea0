import { afterAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import * as initializers from '../../lib/initializers/index.js';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { memory } from '../../lib/native.js';
import { sum } from '../../lib/ops/index.js';
import { ArgumentError, DisposedError, ShapeError } from '../../lib/tensor/errors.js';
import { Random } from '../../lib/tensor/random.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { batch } from '../support/models.js';
import { noise, values } from '../support/tensors.js';

const small = (options: { seed?: number; dtype?: 'float32' | 'float64' } = {}) =>
  sequential({
    ...options,
    inputShape: [6, 6, 2],
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'stem' }),
      layers.sequential([layers.batchNorm(), layers.maxPool2d({ poolSize: 2 })], { name: 'features' }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ],
  });

describe('parameters', () => {
  it('are named by path: the given name or the index', () => {
    const model = small();
    const shapes = [...model.namedParameters()].map(([path, { name, shape, trainable }]) => [
      path === name,
      name,
      shape,
      trainable,
    ]);
    expect(shapes).toEqual([
      [true, 'stem.filter', [3, 3, 2, 4], true],
      [true, 'stem.bias', [4], true],
      [true, 'features.0.gamma', [4], true],
      [true, 'features.0.beta', [4], true],
      [true, 'features.0.runningMean', [4], false],
      [true, 'features.0.runningVariance', [4], false],
      [true, '3.weights', [16, 3], true],
      [true, '3.bias', [3], true],
    ]);
    expect(model.parameters).toEqual([...model.namedParameters().values()]);
  });

  it('are allocated when first needed, once', () => {
    const before = memory().liveBuffers;
    const model = small();
    model.summary();
    expect(memory().liveBuffers).toBe(before);
    expect(model.parameters[0]).toBe(model.parameters[0]);
    expect(memory().liveBuffers).toBe(before + 8);
    model.dispose();
    expect(memory().liveBuffers).toBe(before);
  });

  it('depend on seed and path only', async () => {
    const read = async (model: { parameters: readonly { data(): Promise<unknown> }[] }) =>
      Promise.all(model.parameters.map((parameter) => parameter.data()));
    expect(await read(small({ seed: 5 }))).toEqual(await read(small({ seed: 5 })));
    expect(await read(small({ seed: 5 }))).not.toEqual(await read(small({ seed: 6 })));
    const wider = sequential({
      seed: 5,
      inputShape: [6, 6, 2],
      layers: [layers.dropout({ rate: 0.1 }), layers.conv2d({ filters: 4, kernelSize: 3, name: 'stem' })],
    });
    expect((await read(wider))[0]).toEqual((await read(small({ seed: 5 })))[0]);
  });

  it('start within PyTorch bounds, bias included, unless an initializer is given', async () => {
    const bound = 1 / Math.sqrt(3 * 3 * 2);
    for (const parameter of [...small().parameters].slice(0, 2)) {
      for (const value of await values(parameter)) expect(Math.abs(value)).toBeLessThanOrEqual(bound);
    }
    const model = sequential({
      inputShape: [4],
      layers: [
        layers.dense({ units: 2, weightsInitializer: initializers.ones, biasInitializer: initializers.constant(3) }),
      ],
    });
    expect(await values(model.forward(tensor([[1, 2, 3, 4]])))).toEqual([13, 13]);
  });

  it('take the dtype of the model', () => {
    for (const { dtype } of small({ dtype: 'float64' }).parameters) expect(dtype).toBe('float64');
  });

  it('of a layer in two places are one set', () => {
    const shared = layers.dense({ units: 4 });
    const model = sequential({ inputShape: [4], layers: [shared, shared] });
    expect([...model.namedParameters().keys()]).toEqual(['0.weights', '0.bias']);
  });

  it('of a layer in two places of different shape cannot be', () => {
    const shared = layers.dense({ units: 3 });
    const model = sequential({ inputShape: [4], layers: [shared, shared] });
    expect(() => model.parameters).toThrow(
      new ShapeError('dense "1": input [3] needs weights [3, 3], but the layer was built with [4, 3]'),
    );
  });
});

describe('forward', () => {
  it('gives outputs of the inferred shape for any batch', async () => {
    const model = small();
    for (const size of [1, 2, 5]) expect(model.forward(batch([size, 6, 6, 2])).shape).toEqual([size, 3]);
    expect(model.outputShape).toEqual([3]);
  });

  it('releases everything but the output', () => {
    const model = small();
    const x = batch([2, 6, 6, 2]);
    model.forward(x, { training: true }).dispose();
    const before = memory().liveBuffers;
    const y = model.forward(x, { training: true });
    expect(memory().liveBuffers).toBe(before + 1);
    y.dispose();
  });

  it('trains: every trainable parameter gets a gradient', async () => {
    const model = small({ dtype: 'float64' });
    const x = tensor(noise(2 * 72), [2, 6, 6, 2]);
    const wrt = model.parameters.filter(({ trainable }) => trainable);
    const { gradients } = valueAndGradients(() => sum(model.forward(x, { training: true })), wrt);
    expect(gradients.map(({ shape }) => shape)).toEqual(wrt.map(({ shape }) => shape));
    for (const gradient of gradients.slice(-2)) expect((await values(gradient)).some((g) => g !== 0)).toBe(true);
  });

  it('has the gradient by its input that differences give, through every kind of layer', async () => {
    const model = sequential({
      dtype: 'float64',
      inputShape: [7, 6, 2],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'tanh' }),
        layers.residual([layers.conv2d({ filters: 4, kernelSize: 3, padding: 1 }), layers.batchNorm()], {
          shortcut: [layers.conv2d({ filters: 4, kernelSize: 1 })],
        }),
        layers.parallel([layers.averagePool2d({ poolSize: 2 }), layers.maxPool2d({ poolSize: 2 })]),
        layers.activation('sigmoid'),
        layers.globalAveragePool2d(),
        layers.dense({ units: 3, activation: 'gelu' }),
      ],
    });
    const x = tensor(noise(2 * 84), [2, 7, 6, 2]);
    await checkGradient((input) => model.forward(input), [x]);
  });

  it('dropout drops in training only, by the source given', async () => {
    const model = sequential({ inputShape: [1000], layers: [layers.dropout({ rate: 0.25 })] });
    const ones = tensor(new Float32Array(1000).fill(1), [1, 1000]);
    expect(await values(model.forward(ones))).toEqual(Array(1000).fill(1));
    const first = await values(model.forward(ones, { training: true, random: new Random(1) }));
    expect(await values(model.forward(ones, { training: true, random: new Random(1) }))).toEqual(first);
    expect(await values(model.forward(ones, { training: true }))).not.toEqual(
      await values(model.forward(ones, { training: true })),
    );
    expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it('batch norm follows the batch in training only', async () => {
    const model = sequential({ inputShape: [1], layers: [layers.batchNorm()] });
    const x = tensor([[1], [2], [3], [4]]);
    const running = async () => [
      ...(await values(model.namedParameters().get('0.runningMean') as never)),
      ...(await values(model.namedParameters().get('0.runningVariance') as never)),
    ];
    model.forward(x);
    expect(await running()).toEqual([0, 1]);
    model.forward(x, { training: true });
    // PyTorch's convention: 0.9 · old + 0.1 · batch, with the unbiased variance 5/3.
    const [mean = 0, variance = 0] = await running();
    expect(mean).toBeCloseTo(0.25, 6);
    expect(variance).toBeCloseTo(0.9 + 0.1 * (5 / 3), 6);
  });

  it('a residual adds its input', async () => {
    const double = layers.dense({ units: 2, weightsInitializer: initializers.ones, bias: false });
    const identity = sequential({ inputShape: [2], layers: [layers.residual([double])] });
    expect(await values(identity.forward(tensor([[1, 2]])))).toEqual([4, 5]);
    const around = sequential({
      inputShape: [2],
      layers: [layers.residual([layers.activation('relu')], { shortcut: [double] })],
    });
    expect(await values(around.forward(tensor([[1, -2]])))).toEqual([0, -1]);
    expect([...around.namedParameters().keys()]).toEqual(['0.shortcut.0.weights']);
  });

  it.each([
    [[2, 6, 6, 3], 'model: expects an input of shape [batch, 6, 6, 2], got [2, 6, 6, 3]'],
    [[6, 6, 2], 'model: expects an input of shape [batch, 6, 6, 2], got [6, 6, 2]'],
  ])('rejects an input of shape %j', (shape, message) => {
    expect(() => small().forward(batch(shape))).toThrow(new ShapeError(message));
  });

  it('puts the path before what an op says', () => {
    expect(() => small().forward(tensor(new Int32Array(72), [1, 6, 6, 2]))).toThrow(
      'conv2d "stem": x must be float32, float64 or bfloat16',
    );
    const model = small();
    model.namedParameters().get('3.weights')?.dispose();
    expect(() => model.forward(batch([1, 6, 6, 2]))).toThrow(DisposedError);
  });
});

describe('fusion and intermediate outputs', () => {
  const build = (list: readonly Layer[]) => sequential({ inputShape: [6, 6, 2], layers: [...list], seed: 3 });

  it('a convolution followed by relu is the same as one with relu inside', async () => {
    const x = batch([2, 6, 6, 2]);
    const apart = build([layers.conv2d({ filters: 4, kernelSize: 3 }), layers.activation('relu'), layers.flatten()]);
    const inside = build([
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.activation('none'),
      layers.flatten(),
    ]);
    expect(await values(apart.forward(x))).toEqual(await values(inside.forward(x)));
  });

  it('asking for an intermediate output gives it unfused, and the same output', async () => {
    const x = batch([2, 6, 6, 2]);
    const model = build([layers.conv2d({ filters: 4, kernelSize: 3 }), layers.activation('relu'), layers.flatten()]);
    const { output, intermediates } = model.forwardWith(x, ['0', '1']);
    const before = await values(intermediates['0']);
    expect(Math.min(...before)).toBeLessThan(0);
    expect(await values(intermediates['1'])).toEqual(before.map((v) => Math.max(v, 0)));
    expect(await values(output)).toEqual(await values(model.forward(x)));
  });

  it('reaches into containers by path', async () => {
    const model = small();
    const { intermediates } = model.forwardWith(batch([2, 6, 6, 2]), ['features', 'features.0', '3']);
    expect(intermediates['features.0'].shape).toEqual([2, 4, 4, 4]);
    expect(intermediates.features.shape).toEqual([2, 2, 2, 4]);
    expect(intermediates['3'].shape).toEqual([2, 3]);
  });

  it('says which path is no layer', () => {
    expect(() => small().forwardWith(batch([1, 6, 6, 2]), ['stem', 'steam'])).toThrow(
      new ArgumentError("model: has no layer 'steam'"),
    );
  });
});

afterAll(() => expect(memory().liveBytes).toBeLessThan(1 << 20));
