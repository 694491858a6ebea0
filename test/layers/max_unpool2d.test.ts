// Un-pooling inside models: the switches are those of the same pass, shapes are known beforehand, encoder-decoders train.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { checkpoint, loadCheckpoint, loadWeights, saveWeights } from '../../lib/io/index.js';
import * as layers from '../../lib/layers/index.js';
import { meanSquaredError } from '../../lib/losses/index.js';
import { graph } from '../../lib/models/graph.js';
import type { Model } from '../../lib/models/model.js';
import { input, join } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import { add, maxPool2d, maxPool2dWithSwitches, maxUnpool2d, multiply } from '../../lib/ops/index.js';
import { adam } from '../../lib/optimizers/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { type Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { train } from '../io/support.js';
import { distinct } from '../support/pooling.js';
import { noise, values } from '../support/tensors.js';
import { weightsOf } from '../training/support.js';

const image = (
  batch: number,
  height: number,
  width: number,
  channels: number,
  dtype: 'float32' | 'float64' = 'float32',
) => tensor(distinct(batch * height * width * channels), [batch, height, width, channels], dtype);

/** Two levels down and up again, each level with a pooling of its own. */
function autoencoder(seed = 1) {
  const [outer, inner] = [
    layers.maxPool2d({ poolSize: 2 }),
    layers.maxPool2d({ poolSize: 3, strides: 2, padding: 'same' }),
  ];
  const conv = <const F extends number>(filters: F, activation: 'relu' | 'none' = 'relu') =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation });
  return sequential({
    inputShape: [8, 12, 2],
    seed,
    layers: [
      layers.sequential([conv(8), outer, conv(8), inner], { name: 'encoder' }),
      layers.sequential(
        [layers.maxUnpool2d({ pool: inner }), conv(8), layers.maxUnpool2d({ pool: outer }), conv(2, 'none')],
        {
          name: 'decoder',
        },
      ),
    ],
  });
}

function step(model: Model, x: Tensor, optimizer = adam({ learningRate: 0.01 })): Tensor {
  const { value, gradients } = valueAndGradients(
    () => meanSquaredError(model.forward(x, { training: true }), x),
    model.parameters,
  );
  optimizer.step(model.parameters, gradients);
  return value;
}

describe('maxUnpool2d', () => {
  it('returns the maxima to where they stood, in training and out of it', async () => {
    const pool = layers.maxPool2d({ poolSize: 2 });
    const model = sequential({ inputShape: [6, 4, 3], layers: [pool, layers.maxUnpool2d({ pool })] });
    expectTypeOf(model.outputShape).toEqualTypeOf<[6, 4, 3]>();
    const x = image(2, 6, 4, 3);
    const { output, switches } = maxPool2dWithSwitches(x, { poolSize: 2 });
    const expected = await values(maxUnpool2d(output, switches));
    for (const training of [false, true]) expect(await values(model.forward(x, { training }))).toEqual(expected);
    expect(await values(model.forwardWith(x, ['1']).output)).toEqual(expected);
    expect((await model.predict(x)).data).toEqual(Float32Array.from(expected));
  });

  it('restores extents that leave a rest when told the size', async () => {
    for (const [poolSize, strides, padding, ceilMode] of [
      [2, 2, 'valid', false],
      [2, 2, 'valid', true],
      [3, 2, 'same', false],
      [[2, 3], [3, 1], [1, 0], false],
    ] as const) {
      const pool = layers.maxPool2d({ poolSize, strides, padding, ceilMode });
      const model = sequential({
        inputShape: [7, 5, 2],
        layers: [pool, layers.maxUnpool2d({ pool, outputSize: [7, 5] })],
      });
      expectTypeOf(model.outputShape).toEqualTypeOf<[7, 5, 2]>();
      const x = image(2, 7, 5, 2);
      const { output, switches } = maxPool2dWithSwitches(x, { poolSize, strides, padding, ceilMode });
      expect(await values(model.forward(x))).toEqual(await values(maxUnpool2d(output, switches)));
    }
  });

  it('works in graphs, side by side with another branch', async () => {
    const pool = layers.maxPool2d({ poolSize: 2 });
    const start = input([4, 6, 2]);
    const low = start.pipe(pool);
    const restored = low.pipe(layers.maxUnpool2d({ pool }));
    const model = graph({ inputs: start, outputs: { low, sum: join(layers.add(), [restored, start]) } });
    const x = image(2, 4, 6, 2);
    const { output, switches } = maxPool2dWithSwitches(x, { poolSize: 2 });
    const { low: pooled, sum } = model.forward(x);
    expect(await values(pooled)).toEqual(await values(output));
    expect(await values(sum)).toEqual(await values(add(maxUnpool2d(output, switches), x)));
  });

  it('has the gradient that differences give', async () => {
    const pool = layers.maxPool2d({ poolSize: 2 });
    const model = sequential({ inputShape: [4, 4, 2], layers: [pool, layers.maxUnpool2d({ pool })], dtype: 'float64' });
    await checkGradient((x) => multiply(model.forward(x), x), [image(2, 4, 4, 2, 'float64')]);
  });

  it('remembers nothing from one pass to the next, and nothing for other models', async () => {
    const pool = layers.maxPool2d({ poolSize: 2 });
    const decoder = sequential({ inputShape: [2, 2, 1], layers: [layers.maxUnpool2d({ pool })] });
    const encoder = sequential({ inputShape: [4, 4, 1], layers: [pool] });
    const x = image(1, 4, 4, 1);
    expect(await values(encoder.forward(x))).toEqual(await values(maxPool2d(x, { poolSize: 2 })));
    expect(() => decoder.forward(zeros([1, 2, 2, 1]))).toThrow(
      new ArgumentError(
        'maxUnpool2d "0": its maxPool2d has not run before it in this pass: put the same layer earlier into the model',
      ),
    );
  });

  it('takes the latest of several runs of the pooling', async () => {
    const pool = layers.maxPool2d({ poolSize: 2 });
    const model = sequential({ inputShape: [8, 8, 1], layers: [pool, pool, layers.maxUnpool2d({ pool })] });
    const x = image(1, 8, 8, 1);
    const { output, switches } = maxPool2dWithSwitches(maxPool2d(x, { poolSize: 2 }), { poolSize: 2 });
    expect(await values(model.forward(x))).toEqual(await values(maxUnpool2d(output, switches)));
  });

  it('lets an encoder-decoder learn, and its weights survive a file', async () => {
    const model = autoencoder();
    const x = tensor(noise(4 * 8 * 12 * 2, 3), [4, 8, 12, 2], 'float32');
    const optimizer = adam({ learningRate: 0.01 });
    const first = await step(model, x, optimizer).item();
    for (let i = 0; i < 60; i++) step(model, x, optimizer).dispose();
    expect(await step(model, x, optimizer).item()).toBeLessThan(0.3 * first);

    const folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
    await saveWeights(model, path.join(folder, 'weights.safetensors'));
    const loaded = autoencoder(2);
    await loadWeights(loaded, path.join(folder, 'weights.safetensors'));
    expect(await values(loaded.forward(x))).toEqual(await values(model.forward(x)));
    await rm(folder, { recursive: true });
  });

  it('resumes from a checkpoint with the same bits', async () => {
    const network = () => {
      const pool = layers.maxPool2d({ poolSize: 2 });
      return sequential({
        inputShape: [6, 6, 1],
        seed: 2,
        layers: [
          layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
          pool,
          layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
          layers.maxUnpool2d({ pool }),
          layers.flatten(),
          layers.dense({ units: 4 }),
        ],
      });
    };
    const directory = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
    const [whole, resumed] = [network(), network()];
    await train(whole, { callbacks: [checkpoint({ directory, everySteps: 10, keep: 9 })] });
    await train(resumed, { resume: await loadCheckpoint(path.join(directory, 'step-00000020.safetensors')) });
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole));
    await rm(directory, { recursive: true });
  });

  it('stands in summaries with its shape and a finer grid', () => {
    const { rows } = autoencoder().summary();
    const unpooling = rows.filter(({ kind }) => kind === 'maxUnpool2d');
    expect(unpooling.map(({ path: at, outputShape }) => [at, outputShape])).toEqual([
      ['decoder.0', [4, 6, 8]],
      ['decoder.2', [8, 12, 8]],
    ]);
    expect(unpooling.map(({ receptiveField }) => receptiveField?.height.jump)).toEqual([2, 1]);
  });

  const pool = layers.maxPool2d({ poolSize: 2 });
  const make = (options: unknown) => () => layers.maxUnpool2d(options as never);
  const around = (inputShape: readonly number[], ...inside: readonly layers.Layer[]) =>
    sequential({ inputShape, layers: inside as never });
  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'no pool',
      make({}),
      ArgumentError,
      'maxUnpool2d: pool must be the maxPool2d layer to undo, but received undefined',
    ],
    [
      'an average',
      make({ pool: layers.averagePool2d({ poolSize: 2 }) }),
      ArgumentError,
      'pool must be the maxPool2d layer',
    ],
    [
      'half a size',
      make({ pool, outputSize: 2.5 }),
      ArgumentError,
      'outputSize must be a positive integer, but received 2.5',
    ],
    [
      'another option',
      make({ pool, scale: 2 }),
      ArgumentError,
      "maxUnpool2d: unknown option 'scale'; it takes name, pool",
    ],
    [
      'a vector',
      () => around([8], layers.maxUnpool2d({ pool })),
      ShapeError,
      'maxUnpool2d "0": expects an image [height, width, channels], got [8]',
    ],
    [
      'a size that pools to another',
      () => around([6, 6, 1], pool, layers.maxUnpool2d({ pool, outputSize: 9 })),
      ShapeError,
      'maxUnpool2d "1": restores [9, 9, 1], which the pooling makes [4, 4, 1], got [3, 3, 1]',
    ],
    [
      'an odd image without its size',
      () => around([7, 7, 1], pool, layers.maxUnpool2d({ pool })).forward(zeros([1, 7, 7, 1])),
      ShapeError,
      'maxUnpool2d "1": restores [6, 6, 1], but its maxPool2d was given [7, 7, 1]: set outputSize: [7, 7]',
    ],
    [
      'other channels',
      () =>
        around([4, 4, 1], pool, layers.conv2d({ filters: 3, kernelSize: 1 }), layers.maxUnpool2d({ pool })).forward(
          zeros([1, 4, 4, 1]),
        ),
      ShapeError,
      'maxUnpool2d "2": y must have shape [1, 2, 2, 1], but has [1, 2, 2, 3]',
    ],
  ])('names %s', (_, call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
