import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Batch, type BatchSource, fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { adam, sgd } from '../../lib/optimizers/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import type { Random } from '../../lib/tensor/random.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import {
  type Callback,
  evaluate,
  fit,
  NonFiniteLossError,
  predict,
  type TrainingState,
} from '../../lib/training/index.js';
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

describe('stopping', () => {
  it('ends with an error that names the step when the loss is not finite', async () => {
    const options = { epochs: 5, optimizer: sgd({ learningRate: 1e30 }), loss };
    const error = await fit(new Mlp(), blobs(40).batch(10), options).catch((failure) => failure);
    expect(error).toBeInstanceOf(NonFiniteLossError);
    expect(error.message).toMatch(/^fit: the loss is (NaN|Infinity) at step [2-4] in epoch 1; lower the learning rate/);
    expect(error.history).toEqual([]);
    const model = new Mlp(); // and training goes on afterwards
    expect(
      await fit(model, blobs(40).batch(10), { epochs: 1, optimizer: sgd({ learningRate: 0.1 }), loss }),
    ).toMatchObject({ steps: 4 });
  });

  it('aborts at a step boundary, in the epoch, with a history', async () => {
    const controller = new AbortController();
    const steps: number[] = [];
    const stop: Callback = {
      onUpdate: ({ step }) => {
        if (step === 7) controller.abort();
      },
      onStepEnd: ({ step }) => void steps.push(step),
    };
    const options = {
      epochs: 10,
      optimizer: sgd({ learningRate: 0.1 }),
      loss,
      callbacks: [stop],
      signal: controller.signal,
    };
    const history = await fit(new Mlp(), blobs(40).batch(10).prefetch(2), options);
    expect(history).toMatchObject({ stopped: 'aborted', steps: 7 });
    expect(history.epochs).toHaveLength(1);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await fit(new Mlp(), blobs(40).batch(10), options)).toMatchObject({
      stopped: 'aborted',
      steps: 0,
      epochs: [],
    });
  });

  it('aborts while it waits for a batch, and while it validates', async () => {
    const never: BatchSource = {
      size: undefined,
      batchesPerEpoch: undefined,
      async *batches({ signal } = {}) {
        for await (const batch of blobs(10).batch(10).batches()) yield batch;
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        );
      },
    };
    const options = () => ({ epochs: 2, optimizer: sgd({ learningRate: 0.1 }), loss, signal: AbortSignal.timeout(30) });
    expect(await fit(new Mlp(), never, options())).toMatchObject({ stopped: 'aborted', steps: 1, epochs: [] });
    expect(await fit(new Mlp(), blobs(10).batch(10), { ...options(), validation: never })).toMatchObject({
      stopped: 'aborted',
      steps: 1,
      epochs: [],
    });
  });

  it('stops early, and brings the best weights back', async () => {
    const model = new Mlp();
    const optimizer = sgd({ learningRate: 0.2, momentum: 0.5 });
    const weights: number[][] = [];
    const validation = blobs(90, 4).batch(90);
    const spoil: Callback = {
      onEpochBegin: ({ epoch }) => {
        if (epoch > 4) model.parameters[2]?.assign(Float32Array.from(noise(24, epoch), (value) => 100 * value));
      },
      onEpochEnd: async () => void weights.push(await weightsOf(model)),
    };
    const history = await fit(model, blobs(40).batch(10), {
      ...{ epochs: 50, optimizer, loss, metrics: [accuracy()], validation, callbacks: [spoil] },
      earlyStopping: { monitor: 'validation.loss', patience: 3 },
    });
    const losses = history.epochs.map((record) => record.validation?.loss as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBeGreaterThan(3);
    expect(history).toMatchObject({ stopped: 'earlyStopping', restoredEpoch: best });
    expect(history.epochs).toHaveLength(best + 4);
    expect(await weightsOf(model)).toEqual(weights[best]);
    expect((await evaluate(model, validation, { loss })).loss).toBe(losses[best]);
  });

  it('early stopping watches a metric upwards, and may leave the last weights', async () => {
    const options = { epochs: 9, optimizer: sgd({ learningRate: 0 }), loss, metrics: [accuracy()] };
    const earlyStopping = { monitor: 'train.accuracy', patience: 2, restoreBest: false };
    const history = await fit(new Mlp(), blobs(10).batch(10), { ...options, earlyStopping });
    expect(history).toMatchObject({ stopped: 'earlyStopping', restoredEpoch: undefined });
    expect(history.epochs).toHaveLength(3);
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

describe('bad input', () => {
  const good = () => ({ epochs: 1, optimizer: sgd({ learningRate: 0.1 }), loss });
  const dataset = blobs(10).batch(10);
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'no model',
      () => fit({} as never, dataset, good()),
      'fit: expected a model with parameters and a forward function, but received {}',
    ],
    [
      'a dataset without batches',
      () => fit(new Mlp(), blobs(10) as never, good()),
      'fit: dataset must give batches, but received a dataset without batches; call .batch(size) on it',
    ],
    [
      'an array for a dataset',
      () => fit(new Mlp(), [] as never, good()),
      'fit: dataset must give batches, but received []',
    ],
    [
      'no options',
      () => fit(new Mlp(), dataset, undefined as never),
      'fit: expected an options object, but received undefined',
    ],
    [
      'zero epochs',
      () => fit(new Mlp(), dataset, { ...good(), epochs: 0 }),
      'fit: epochs must be a positive integer, but received 0',
    ],
    [
      'half an epoch',
      () => fit(new Mlp(), dataset, { ...good(), epochs: 0.5 }),
      'fit: epochs must be a positive integer, but received 0.5',
    ],
    [
      'an optimizer by name',
      () => fit(new Mlp(), dataset, { ...good(), optimizer: 'sgd' as never }),
      "fit: optimizer must be one, such as sgd({ … }), but received 'sgd'",
    ],
    [
      'a loss by name',
      () => fit(new Mlp(), dataset, { ...good(), loss: 'mse' as never }),
      "fit: loss must be a function of output and target, but received 'mse'",
    ],
    [
      'a metric by name',
      () => fit(new Mlp(), dataset, { ...good(), metrics: ['accuracy'] as never }),
      "fit: metrics[0] must be a metric, such as accuracy(), but received 'accuracy'",
    ],
    [
      'a metric twice',
      () => fit(new Mlp(), dataset, { ...good(), metrics: [accuracy(), accuracy()] }),
      "fit: two metrics are named 'accuracy'",
    ],
    [
      'a negative seed',
      () => fit(new Mlp(), dataset, { ...good(), seed: -1 }),
      'fit: seed must be a non-negative integer, but received -1',
    ],
    [
      'accumulate 0',
      () => fit(new Mlp(), dataset, { ...good(), accumulate: 0 }),
      'fit: accumulate must be a positive integer, but received 0',
    ],
    [
      'an unknown option',
      () => fit(new Mlp(), dataset, { ...good(), batchSize: 3 } as never),
      "fit: unknown option 'batchSize'",
    ],
    [
      'a signal of another kind',
      () => fit(new Mlp(), dataset, { ...good(), signal: {} as never }),
      'fit: signal must be an AbortSignal, but received {}',
    ],
    [
      'no patience',
      () => fit(new Mlp(), dataset, { ...good(), earlyStopping: { monitor: 'train.loss' } as never }),
      'fit: earlyStopping: patience must be a positive integer, but received undefined',
    ],
    [
      'a score nobody computes',
      () => fit(new Mlp(), dataset, { ...good(), earlyStopping: { patience: 1 } }),
      "fit: earlyStopping: monitor must be one of 'train.loss', but received 'validation.loss'",
    ],
    [
      'a resume that is no checkpoint',
      () => fit(new Mlp(), dataset, { ...good(), resume: {} as never }),
      'fit: resume must be a checkpoint',
    ],
    [
      'callbacks that are none',
      () => fit(new Mlp(), dataset, { ...good(), callbacks: [() => {}] as never }),
      'fit: callbacks must be an array of objects',
    ],
    [
      'no loss to evaluate',
      () => evaluate(new Mlp(), dataset, {} as never),
      'evaluate: loss must be a function of output and target, but received undefined',
    ],
  ])('%s is an ArgumentError', async (_, run, message) => {
    const error = await run().catch((failure: Error) => failure);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain(message);
  });

  it('a loss that is no single number is a ShapeError, and nothing is updated', async () => {
    const model = new Mlp();
    const before = await weightsOf(model);
    await expect(fit(model, dataset, { ...good(), loss: (output) => output })).rejects.toThrow(ShapeError);
    expect(await weightsOf(model)).toEqual(before);
  });

  it('a model without trainable parameters', async () => {
    const model = new Mlp();
    for (const parameter of model.parameters) parameter.trainable = false;
    await expect(fit(model, dataset, good())).rejects.toThrow('fit: the model has no trainable parameters');
  });
});
