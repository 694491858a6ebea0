// Un-pooling of sequences inside models: the switches are those of the same pass, shapes are known beforehand, encoder-decoders
// train.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import * as layers from '../../lib/layers/index.js';
import { meanSquaredError } from '../../lib/losses/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { maxPool1dWithSwitches, maxUnpool1d, multiply } from '../../lib/ops/index.js';
import { adam } from '../../lib/optimizers/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { distinct } from '../support/pooling.js';
import { noise, values } from '../support/tensors.js';

const sequence = (length: number, channels: number, dtype: 'float32' | 'float64' = 'float32') =>
  tensor(distinct(2 * length * channels), [2, length, channels], dtype);

/** Two levels down and up again, each level with a pooling of its own. */
function autoencoder() {
  const outer = layers.maxPool1d({ poolSize: 2 });
  const inner = layers.maxPool1d({ poolSize: 3, strides: 2, padding: 'same' });
  const conv = <const F extends number>(filters: F, activation: 'relu' | 'none' = 'relu') =>
    layers.conv1d({ filters, kernelSize: 3, padding: 'same', activation });
  return sequential({
    inputShape: [16, 2],
    seed: 1,
    layers: [
      layers.sequential([conv(8), outer, conv(8), inner], { name: 'encoder' }),
      layers.sequential(
        [layers.maxUnpool1d({ pool: inner }), conv(8), layers.maxUnpool1d({ pool: outer }), conv(2, 'none')],
        { name: 'decoder' },
      ),
    ],
  });
}

describe('maxUnpool1d', () => {
  it('returns the maxima to where they stood, in training and out of it', async () => {
    const pool = layers.maxPool1d({ poolSize: 2 });
    const model = sequential({ inputShape: [6, 3], layers: [pool, layers.maxUnpool1d({ pool })] });
    expectTypeOf(model.outputShape).toEqualTypeOf<[6, 3]>();
    const x = sequence(6, 3);
    const { output, switches } = maxPool1dWithSwitches(x, { poolSize: 2 });
    const expected = await values(maxUnpool1d(output, switches));
    for (const training of [false, true]) expect(await values(model.forward(x, { training }))).toEqual(expected);
    expect((await model.predict(x)).data).toEqual(Float32Array.from(expected));
  });

  it('restores lengths that leave a rest when told the size', async () => {
    for (const [poolSize, strides, padding, ceilMode] of [
      [2, 2, 'valid', false],
      [2, 2, 'valid', true],
      [3, 2, 'same', false],
      [3, 2, [1, 0], false],
      [3, 2, { total: 1 }, false],
    ] as const) {
      const pool = layers.maxPool1d({ poolSize, strides, padding, ceilMode });
      const model = sequential({ inputShape: [7, 2], layers: [pool, layers.maxUnpool1d({ pool, outputSize: 7 })] });
      expectTypeOf(model.outputShape).toEqualTypeOf<[7, 2]>();
      const x = sequence(7, 2);
      const { output, switches } = maxPool1dWithSwitches(x, { poolSize, strides, padding, ceilMode });
      expect(await values(model.forward(x))).toEqual(await values(maxUnpool1d(output, switches)));
    }
  });

  it('has the gradient that differences give', async () => {
    const pool = layers.maxPool1d({ poolSize: 2 });
    const model = sequential({ inputShape: [6, 2], layers: [pool, layers.maxUnpool1d({ pool })], dtype: 'float64' });
    await checkGradient((x) => multiply(model.forward(x), x), [sequence(6, 2, 'float64')]);
  });

  it('lets an encoder-decoder learn', async () => {
    const model = autoencoder();
    expectTypeOf(model.outputShape).toEqualTypeOf<[16, 2]>();
    const x = tensor(noise(4 * 16 * 2, 3), [4, 16, 2], 'float32');
    const optimizer = adam({ learningRate: 0.01 });
    const step = () => {
      const { value, gradients } = valueAndGradients(
        () => meanSquaredError(model.forward(x, { training: true }), x),
        model.parameters,
      );
      optimizer.step(model.parameters, gradients);
      return value.item();
    };
    const first = await step();
    for (let i = 0; i < 80; i++) await step();
    expect(await step()).toBeLessThan(0.3 * first);
  });

  it('stands in summaries with its shape and a finer grid', () => {
    const { rows } = autoencoder().summary();
    const unpooling = rows.filter(({ kind }) => kind === 'maxUnpool1d');
    expect(unpooling.map(({ path, outputShape }) => [path, outputShape])).toEqual([
      ['decoder.0', [8, 8]],
      ['decoder.2', [16, 8]],
    ]);
    expect(unpooling.map(({ receptiveField }) => receptiveField?.width.jump)).toEqual([2, 1]);
  });

  const pool = layers.maxPool1d({ poolSize: 2 });
  const make = (options: unknown) => () => layers.maxUnpool1d(options as never);
  const around = (inputShape: readonly number[], ...inside: readonly layers.Layer[]) =>
    sequential({ inputShape, layers: inside as never });
  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'no pool',
      make({}),
      ArgumentError,
      'maxUnpool1d: pool must be the maxPool1d layer to undo, but received undefined',
    ],
    [
      'a pooling of images',
      make({ pool: layers.maxPool2d({ poolSize: 2 }) }),
      ArgumentError,
      'pool must be the maxPool1d layer',
    ],
    [
      'two sizes',
      make({ pool, outputSize: [2, 2] }),
      ArgumentError,
      'maxUnpool1d: outputSize must be a positive integer, but received',
    ],
    [
      'another option',
      make({ pool, scale: 2 }),
      ArgumentError,
      "maxUnpool1d: unknown option 'scale'; it takes name, pool",
    ],
    [
      'an image',
      () => around([8, 8, 1], layers.maxUnpool1d({ pool })),
      ShapeError,
      'maxUnpool1d "0": expects a sequence [length, channels], got [8, 8, 1]',
    ],
    [
      'a pooling that has not run',
      () => around([2, 1], layers.maxUnpool1d({ pool })).forward(zeros([1, 2, 1])),
      ArgumentError,
      'maxUnpool1d "0": its maxPool1d has not run before it in this pass: put the same layer earlier into the model',
    ],
    [
      'a size that pools to another',
      () => around([6, 1], pool, layers.maxUnpool1d({ pool, outputSize: 9 })),
      ShapeError,
      'maxUnpool1d "1": restores [9, 1], which the pooling makes [4, 1], got [3, 1]',
    ],
    [
      'an odd length without its size',
      () => around([7, 1], pool, layers.maxUnpool1d({ pool })).forward(zeros([1, 7, 1])),
      ShapeError,
      'maxUnpool1d "1": restores [6, 1], but its maxPool1d was given [7, 1]: set outputSize: 7',
    ],
    [
      'other channels',
      () =>
        around([4, 1], pool, layers.conv1d({ filters: 3, kernelSize: 1 }), layers.maxUnpool1d({ pool })).forward(
          zeros([1, 4, 1]),
        ),
      ShapeError,
      'maxUnpool1d "2": y must have shape [1, 2, 1], but has [1, 2, 3]',
    ],
  ])('names %s', (_, call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
