import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpoint, latestCheckpoint, loadCheckpoint } from '../../lib/io/index.js';
import { sgd } from '../../lib/optimizers/index.js';
import { ArgumentError, FormatError } from '../../lib/tensor/errors.js';
import { ArraysMismatchError, type Callback, type History } from '../../lib/training/index.js';
import { Mlp, weightsOf } from '../training/support.js';
import { EPOCHS, smallNet, train } from './support.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** What must be equal after resuming: not the times. */
function scoresOf({ epochs, ...rest }: History) {
  return {
    ...rest,
    epochs: epochs.map(({ epoch, step, train, validation, learningRate }) => ({
      epoch,
      step,
      train,
      validation,
      learningRate,
    })),
  };
}

describe('resuming', () => {
  it('ends with the same weights and the same history, bit by bit, from every single step', async () => {
    const uninterrupted = smallNet();
    const expected = scoresOf(await train(uninterrupted));
    const weights = await weightsOf(uninterrupted);

    const copies = path.join(directory, 'copies');
    const keepAll: Callback[] = [checkpoint({ directory: copies, everySteps: 1, keep: 1000 })];
    const watched = smallNet();
    expect(scoresOf(await train(watched, { callbacks: keepAll }))).toEqual(expected);
    expect(await weightsOf(watched)).toEqual(weights);

    const files = (await readdir(copies)).sort();
    expect(files).toHaveLength(7 * EPOCHS);
    for (const file of files) {
      const model = smallNet();
      const history = await train(model, { resume: await loadCheckpoint(path.join(copies, file)) });
      expect(await weightsOf(model), file).toEqual(weights);
      expect(scoresOf(history), file).toEqual(expected);
    }
  });

  it('goes on after an abort, in the middle of an epoch', async () => {
    const whole = smallNet();
    await train(whole);
    const controller = new AbortController();
    const model = smallNet();
    const stop: Callback = {
      onUpdate: ({ step }) => {
        if (step === 11) controller.abort();
      },
    };
    const aborted = await train(model, { callbacks: [stop, checkpoint({ directory })], signal: controller.signal });
    expect(aborted).toMatchObject({ stopped: 'aborted', steps: 11 });
    const resumed = smallNet();
    await train(resumed, { resume: await latestCheckpoint(directory), callbacks: [checkpoint({ directory })] });
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole));
  });

  it('brings back the best weights of an epoch before the checkpoint', async () => {
    const earlyStopping = { monitor: 'train.loss', patience: 2, minDelta: 10 }; // nothing improves on the first epoch
    const whole = smallNet();
    const expected = await train(whole, {
      earlyStopping,
      callbacks: [checkpoint({ directory, everySteps: 10, keep: 99 })],
    });
    expect(expected).toMatchObject({ stopped: 'earlyStopping', restoredEpoch: 0 });
    for (const step of [10, 20]) {
      const model = smallNet();
      const resume = await loadCheckpoint(path.join(directory, `step-000000${step}.safetensors`));
      expect(await train(model, { earlyStopping, resume })).toMatchObject({
        stopped: 'earlyStopping',
        restoredEpoch: 0,
      });
      expect(await weightsOf(model)).toEqual(await weightsOf(whole));
    }
    const finished = smallNet();
    await train(finished, { earlyStopping, resume: await latestCheckpoint(directory) });
    expect(await weightsOf(finished)).toEqual(await weightsOf(whole));
  });

  it('is refused where the checkpoint belongs to another training', async () => {
    await train(smallNet(), { callbacks: [checkpoint({ directory })] });
    const resume = await latestCheckpoint(directory);
    await expect(train(smallNet(), { resume, seed: 4 })).rejects.toThrow(
      "fit: resume: the checkpoint's seed is 3, but this training's is 4",
    );
    await expect(train(smallNet(), { resume, optimizer: sgd({ learningRate: 1 }) })).rejects.toThrow(
      "the checkpoint's optimizer is adam, but this training's is sgd",
    );
    await expect(
      train(smallNet(), { resume, metrics: [], earlyStopping: { monitor: 'train.loss', patience: 20 } }),
    ).rejects.toThrow("the checkpoint's metrics is accuracy");
    await expect(train(new Mlp() as never, { resume })).rejects.toThrow(ArraysMismatchError);
  });
});

describe('the folder', () => {
  it('keeps the newest files, one per epoch by default, and nothing else', async () => {
    await writeFile(path.join(directory, 'step-00000003.safetensors.99-0.tmp'), 'left behind by a killed process');
    await writeFile(path.join(directory, 'notes.txt'), 'mine');
    await train(smallNet(), { callbacks: [checkpoint({ directory })] });
    expect((await readdir(directory)).sort()).toEqual([
      'notes.txt',
      'step-00000021.safetensors',
      'step-00000028.safetensors',
    ]);
  });

  it('that is empty or not there has no checkpoint', async () => {
    expect(await latestCheckpoint(directory)).toBeUndefined();
    expect(await latestCheckpoint(path.join(directory, 'none'))).toBeUndefined();
  });

  it('is not mixed with another training', async () => {
    await train(smallNet(), { callbacks: [checkpoint({ directory })] });
    await expect(train(smallNet(), { callbacks: [checkpoint({ directory })] })).rejects.toThrow(
      'holds a checkpoint of step 28, but training begins at step 0; resume from it',
    );
  });

  it('whose newest file is damaged is an error, unless the one before is asked for', async () => {
    await train(smallNet(), { callbacks: [checkpoint({ directory })] });
    const newest = path.join(directory, 'step-00000028.safetensors');
    await cp(newest, `${newest}.copy`);
    const bytes = await readFile(newest);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 20] = (flipped[bytes.length - 20] as number) ^ 1;
    const renumbered = Buffer.from(bytes.toString('latin1').replace('\\"step\\":28', '\\"step\\":29'), 'latin1');
    const damages: [string, () => Promise<void>][] = [
      ['truncated', () => truncate(newest, bytes.length - 1)],
      ['half', () => truncate(newest, bytes.length >> 1)],
      ['empty', () => truncate(newest, 0)],
      ['one bit', () => writeFile(newest, flipped)],
      ['its numbers', () => writeFile(newest, renumbered)],
    ];
    for (const [what, damage] of damages) {
      await cp(`${newest}.copy`, newest);
      await damage();
      await expect(latestCheckpoint(directory), what).rejects.toThrow(FormatError);
      expect((await latestCheckpoint(directory, { fallback: true }))?.progress.step, what).toBe(21);
    }
    await truncate(path.join(directory, 'step-00000021.safetensors'), 0);
    await expect(latestCheckpoint(directory, { fallback: true })).rejects.toThrow('step-00000028.safetensors');
  });

  it('that cannot be written ends training with its error', async () => {
    const file = path.join(directory, 'file');
    await writeFile(file, '');
    await expect(
      train(smallNet(), { callbacks: [checkpoint({ directory: path.join(file, 'below') })] }),
    ).rejects.toThrow('ENOTDIR');
  });
});

it.each<[string, () => unknown, string]>([
  ['no directory', () => checkpoint({} as never), 'checkpoint: directory: expected a path, but received undefined'],
  [
    'every 0 steps',
    () => checkpoint({ directory: 'x', everySteps: 0 }),
    'checkpoint: everySteps must be a positive integer, but received 0',
  ],
  [
    'keeping none',
    () => checkpoint({ directory: 'x', keep: 0 }),
    'checkpoint: keep must be a positive integer, but received 0',
  ],
  ['an unknown option', () => checkpoint({ directory: 'x', every: 3 } as never), "checkpoint: unknown option 'every'"],
])('%s is an ArgumentError', (_, make, message) => {
  expect(make).toThrow(ArgumentError);
  expect(make).toThrow(message);
});
