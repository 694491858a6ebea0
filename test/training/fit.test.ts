import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Batch, type BatchSource, fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { adam, sgd } from '../../lib/optimizers/index.js';
import type { Random } from '../../lib/tensor/random.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { type Callback, evaluate, fit, predict, type TrainingState } from '../../lib/training/index.js';
import { noise } from '../support/tensors.js';
import { blobs, Mlp, weightsOf } from './support.js';

const loss = softmaxCrossEntropy;

/** The same batches in every epoch, with inputs in float64. */
function float64Batches(sizes: readonly number[]): BatchSource {
  const total = sizes.reduce((a, b) => a + b, 0);
  const [x, y] = [noise(2 * total), Int32Array.from({ length: total }, (_, i) => (i * 7) % 3)];
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  return {
    size: total,
    batchesPerEpoch: sizes.length,
    async *batches({ epoch = 0, startBatch = 0 } = {}) {
      for (let index = startBatch; index < sizes.length; index++) {
        const [start, size] = [starts[index] as number, sizes[index] as number];
        yield {
          x: { data: x.slice(2 * start, 2 * (start + size)), shape: [size, 2], dtype: 'float64' },
          y: { data: y.slice(start, start + size), shape: [size], dtype: 'int32' },
          indices: Uint32Array.from({ length: size }, (_, i) => start + i),
          epoch,
          index,
        } satisfies Batch;
      }
    },
  };
}

describe('fit', () => {
  it('learns: one batch is fitted exactly, and the history says so', async () => {
    const model = new Mlp({ hidden: 32 });
    const dataset = blobs(30).batch(30);
    const history = await fit(model, dataset, {
      epochs: 60,
      optimizer: adam({ learningRate: 0.05 }),
      loss,
      metrics: [accuracy()],
    });
    expect(history).toMatchObject({ stopped: 'completed', steps: 60, restoredEpoch: undefined });
    expect(history.epochs).toHaveLength(60);
    expect(history.epochs[0]).toMatchObject({ epoch: 0, step: 1, learningRate: 0.05, validation: undefined });
    expect(history.epochs[0]?.imagesPerSecond).toBeGreaterThan(0);
    expect(history.epochs.at(-1)?.train.loss).toBeLessThan(0.02);
    expect(history.epochs.at(-1)?.train.accuracy).toBe(1);
    expect(await evaluate(model, dataset, { loss, metrics: [accuracy()] })).toMatchObject({ accuracy: 1 });
  });

  it('averages loss and metrics over samples, not batches', async () => {
    const model = new Mlp();
    const history = await fit(model, blobs(25).batch(10), {
      epochs: 1,
      optimizer: sgd({ learningRate: 0 }),
      loss,
      metrics: [accuracy()],
    });
    const whole = await evaluate(model, blobs(25).batch(25), { loss, metrics: [accuracy()] });
    expect(history.epochs[0]?.train.loss).toBeCloseTo(whole.loss, 6);
    expect(history.epochs[0]?.train.accuracy).toBe(whole.accuracy);
  });

  it('reports validation after each epoch', async () => {
    const validation = blobs(50, 9).batch(20);
    const model = new Mlp();
    const options = { epochs: 2, optimizer: sgd({ learningRate: 0.1 }), loss, metrics: [accuracy()], validation };
    const { epochs } = await fit(model, blobs(60).shuffle({ seed: 1 }).batch(20), options);
    expect(epochs.at(-1)?.validation).toEqual(await evaluate(model, validation, { loss, metrics: [accuracy()] }));
  });

  it('gives the same weights, bit by bit, for the same seed', async () => {
    const train = async () => {
      const model = new Mlp();
      await fit(model, blobs(64).shuffle({ seed: 5 }).batch(16).prefetch(2), { epochs: 3, optimizer: adam(), loss });
      return weightsOf(model);
    };
    expect(await train()).toEqual(await train());
  });

  it('gives each step randomness of its own, that depends on seed and step alone', async () => {
    class Watching extends Mlp {
      readonly drawn: number[] = [];
      override forward(x: Tensor, { random, training }: { random?: Random; training?: boolean } = {}): Tensor {
        if (training && random) this.drawn.push(random.uint32());
        return super.forward(x);
      }
    }
    const draw = async (seed: number) => {
      const model = new Watching();
      await fit(model, blobs(30).batch(10), {
        epochs: 2,
        optimizer: sgd({ learningRate: 0.1 }),
        loss,
        seed,
        validation: blobs(10).batch(10),
      });
      return model.drawn;
    };
    const first = await draw(1);
    expect(new Set(first).size).toBe(6);
    expect(await draw(1)).toEqual(first);
    expect((await draw(2)).some((word) => first.includes(word))).toBe(false);
  });
});

it('takes bytes: pixels travel as uint8 and are normalised by the first layer', async () => {
  const size = 64;
  const images = Uint8Array.from({ length: size * 16 }, (_, i) => ((i >> 4) % 2 === 0 ? 200 : 40) + (i % 7));
  const labels = Uint8Array.from({ length: size }, (_, i) => i % 2);
  const dataset = fromArrays({ images, imageShape: [4, 4, 1], labels })
    .shuffle({ seed: 1 })
    .batch(16);
  const model = sequential({
    inputShape: [4, 4, 1],
    layers: [
      layers.normalizePixels({ mean: 0.5, standardDeviation: 0.25 }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  });
  const history = await fit(model, dataset, {
    epochs: 5,
    optimizer: adam({ learningRate: 0.02 }),
    loss,
    metrics: [accuracy()],
  });
  expect(history.epochs.at(-1)?.train.accuracy).toBe(1);
  expectTypeOf(history.epochs)
    .items.toHaveProperty('train')
    .toEqualTypeOf<{ readonly loss: number } & { readonly accuracy: number }>();
  const { data } = await predict(model, { data: images.subarray(0, 32), shape: [2, 4, 4, 1] });
  expect([(data[0] as number) > (data[1] as number), (data[2] as number) > (data[3] as number)]).toEqual([true, false]);
});

describe('accumulation', () => {
  it('makes one update of several batches that is that of one big batch', async () => {
    const [big, small] = [new Mlp({ dtype: 'float64' }), new Mlp({ dtype: 'float64' })];
    const options = () => ({
      epochs: 3,
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      loss,
      metrics: [accuracy()],
    });
    const whole = await fit(big, float64Batches([24, 10]), options());
    const parts = await fit(small, float64Batches([8, 11, 5, 3, 7]), { ...options(), accumulate: 3 });
    expect(parts.steps).toBe(whole.steps);
    expect(parts.epochs.at(-1)?.train.loss).toBeCloseTo(whole.epochs.at(-1)?.train.loss as number, 13);
    const expected = await weightsOf(big);
    for (const [index, value] of (await weightsOf(small)).entries())
      expect(value).toBeCloseTo(expected[index] as number, 13);
  });
});

describe('callbacks', () => {
  it('are called in order, with losses two updates behind', async () => {
    const calls: string[] = [];
    const log =
      (name: string) =>
      (...details: unknown[]) => {
        const state = details.at(-1) as TrainingState;
        const step = (details[0] as { step?: number }).step;
        calls.push(`${name}${name === 'onStepEnd' ? ` ${step}` : ''} @${state.step}`);
      };
    const names = [
      'onTrainBegin',
      'onEpochBegin',
      'onUpdate',
      'onStepEnd',
      'onEpochEnd',
      'onStop',
      'onTrainEnd',
    ] as const;
    const callback = Object.fromEntries(names.map((name) => [name, log(name)])) as Callback;
    await fit(new Mlp(), blobs(40).batch(10), {
      epochs: 1,
      optimizer: sgd({ learningRate: 0.1 }),
      loss,
      callbacks: [callback],
    });
    expect(calls).toEqual([
      ...[
        'onTrainBegin @0',
        'onEpochBegin @0',
        'onUpdate @1',
        'onUpdate @2',
        'onUpdate @3',
        'onStepEnd 1 @3',
        'onUpdate @4',
        'onStepEnd 2 @4',
      ],
      ...['onStepEnd 3 @4', 'onStepEnd 4 @4', 'onEpochEnd @4', 'onStop @4', 'onTrainEnd @4'],
    ]);
  });

  it('that fail end training; the error is theirs, and others hear of it', async () => {
    const heard: unknown[] = [];
    const callbacks: Callback[] = [
      { onError: (error) => void heard.push(error) },
      {
        onEpochEnd: () => {
          throw new RangeError('disk full');
        },
      },
    ];
    const options = { epochs: 3, optimizer: sgd({ learningRate: 0.1 }), loss, callbacks };
    await expect(fit(new Mlp(), blobs(10).batch(10), options)).rejects.toThrow('disk full');
    expect(heard).toEqual([expect.any(RangeError)]);
  });
});
