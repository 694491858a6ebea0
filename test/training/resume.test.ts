/** Checkpoints that are not whole: `fit` names the field, and has touched nothing. */
import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { adam } from '../../lib/optimizers/index.js';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { type Callback, fit, type Snapshot } from '../../lib/training/index.js';
import { blobs, Mlp, weightsOf } from './support.js';

const train = (model: Mlp, more: object = {}) =>
  fit(model, blobs(30).batch(10), {
    epochs: 3,
    optimizer: adam(),
    loss: softmaxCrossEntropy,
    metrics: [accuracy()],
    earlyStopping: { monitor: 'train.loss', patience: 5 },
    ...more,
  });

/** A checkpoint in the middle of the second epoch. */
async function taken(): Promise<Snapshot> {
  let snapshot: Promise<Snapshot> | undefined;
  const callback: Callback = {
    onUpdate(state) {
      if (state.step === 5) snapshot = state.snapshot();
    },
  };
  await train(new Mlp(), { callbacks: [callback] });
  const { progress, arrays } = await (snapshot as Promise<Snapshot>);
  return { progress: JSON.parse(JSON.stringify(progress)), arrays };
}

const whole = await taken();

/** The checkpoint with one field, `'optimizer.steps'`, being another value. */
function spoiled(field: string, value: unknown): Snapshot {
  const progress = structuredClone(whole.progress);
  const names = field.split('.');
  const last = names.pop() as string;
  let at = progress as unknown as Record<string, unknown>;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return { progress, arrays: whole.arrays };
}

describe('a checkpoint is refused for', () => {
  it.each<[string, unknown, string]>([
    ['version', 2, "the checkpoint's version is 2, but this training's is 1"],
    ['step', undefined, 'step must be a non-negative integer, but received undefined'],
    ['step', -1, 'step must be a non-negative integer, but received -1'],
    ['epoch', 0.5, 'epoch must be a non-negative integer, but received 0.5'],
    ['batch', '3', "batch must be a non-negative integer, but received '3'"],
    ['batchesPerEpoch', 0, 'batchesPerEpoch must be a positive integer, but received 0'],
    ['seconds', null, 'seconds must be a finite number of at least 0, but received null'],
    ['learningRate', -0.1, 'learningRate must be a finite number of at least 0, but received -0.1'],
    ['seed', undefined, 'seed must be a non-negative integer, but received undefined'],
    ['random', { key: [1] }, 'random must be the state of one, but received {"key":[1]}'],
    ['metrics', 'accuracy', "metrics must be an array, but received 'accuracy'"],
    ['metrics.0', 7, 'metrics[0] must be a name, but received 7'],
    ['tally', undefined, 'tally must be an object, but received undefined'],
    ['tally.samples', -5, 'tally.samples must be a non-negative integer, but received -5'],
    ['tally.loss', null, 'tally.loss must be a finite number, but received null'],
    ['tally.measured', [], 'tally.measured must be an array of 1 arrays, but received []'],
    ['tally.measured.0', { 0: 5 }, 'tally.measured[0] must be an array, but received {"0":5}'],
    ['tally.measured.0.0', 'five', "tally.measured[0][0] must be a number, but received 'five'"],
    ['history', {}, 'history must be an array, but received {}'],
    ['history.0', null, 'history[0] must be an object, but received null'],
    ['history.0.epoch', undefined, 'history[0].epoch must be a non-negative integer, but received undefined'],
    ['history.0.train', 0.5, 'history[0].train must be an object, but received 0.5'],
    ['optimizer', [], 'optimizer must be an object, but received []'],
    ['optimizer.kind', 3, 'optimizer.kind must be a name, but received 3'],
    ['optimizer.steps', 1.5, 'optimizer.steps must be a non-negative integer, but received 1.5'],
    ['optimizer.updates', undefined, 'optimizer.updates must be an object, but received undefined'],
    ['optimizer.updates', { w: -1 }, "optimizer.updates['w'] must be a non-negative integer, but received -1"],
    ['optimizer.updates', {}, 'adam: counters must hold a count for "hidden.weights", but received undefined'],
    ['earlyStopping', undefined, 'earlyStopping must be an object, but received undefined'],
    ['earlyStopping.waited', -1, 'earlyStopping.waited must be a non-negative integer, but received -1'],
    ['earlyStopping.best', 'low', "earlyStopping.best must be a finite number, but received 'low'"],
  ])('%s of %j', async (field, value, message) => {
    const model = new Mlp();
    const before = await weightsOf(model);
    const failure = await train(model, { resume: spoiled(field, value) }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ArgumentError);
    expect((failure as Error).message).toContain(message);
    if (!message.startsWith('adam')) expect(await weightsOf(model)).toEqual(before);
  });

  it('progress or arrays of another kind', async () => {
    for (const [resume, message] of [
      [{ progress: null, arrays: new Map() }, 'progress must be an object, but received null'],
      [{ progress: 'step 5', arrays: new Map() }, "progress must be an object, but received 'step 5'"],
      [{ ...whole, arrays: new Map([['model.w', [1, 2]]]) }, "arrays 'model.w' must be data and a shape"],
      [{ ...whole, arrays: new Map([['model.w', null]]) }, "arrays 'model.w' must be data and a shape"],
    ] as const)
      await expect(train(new Mlp(), { resume })).rejects.toThrow(`fit: resume: ${message}`);
  });
});

it('a whole one goes on bit by bit', async () => {
  const [straight, resumed] = [new Mlp(), new Mlp()];
  await train(straight);
  await train(resumed, { resume: whole });
  expect(await weightsOf(resumed)).toEqual(await weightsOf(straight));
});

describe('onError', () => {
  const first = new RangeError('the first error');
  const failing = (onError: NonNullable<Callback['onError']>): Callback => ({
    onUpdate() {
      throw first;
    },
    onError,
  });
  const outcome = (...callbacks: Callback[]) => train(new Mlp(), { callbacks }).catch((error: unknown) => error);

  it('that throws does not replace the error, nor keep others from being told', async () => {
    const told: unknown[] = [];
    const second = new Error('the log is full');
    const error = await outcome(
      failing(() => {
        throw second;
      }),
      { onError: (given) => void told.push(given) },
    );
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toEqual([first, second]);
    expect((error as AggregateError).cause).toBe(first);
    expect((error as AggregateError).message).toBe('the first error (then onError: the log is full)');
    expect(told).toEqual([first]);
  });

  it('that rejects with something else is kept, too', async () => {
    const error = await outcome(failing(() => Promise.reject('no')));
    expect((error as AggregateError).errors).toEqual([first, 'no']);
  });

  it('may throw the error itself on', async () => {
    const again = failing((error) => {
      throw error;
    });
    expect(await outcome(again)).toBe(first);
    expect(await outcome(failing(() => {}))).toBe(first);
  });
});
