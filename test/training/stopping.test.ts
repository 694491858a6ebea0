import { describe, expect, it } from 'vitest';
import type { BatchSource } from '../../lib/data/index.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { sgd } from '../../lib/optimizers/index.js';
import { type Callback, evaluate, fit, NonFiniteLossError } from '../../lib/training/index.js';
import { noise } from '../support/tensors.js';
import { blobs, Mlp, weightsOf } from './support.js';

const loss = softmaxCrossEntropy;

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
