// Checkpoints while training: a folder of files `step-<updates>.safetensors`, the newest ones kept.
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { checkBoolean, checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, FormatError } from '../tensor/errors.js';
import type { Callback, TrainingState } from '../training/callback.js';
import type { Snapshot } from '../training/snapshot.js';
import { checkPath, removeLeftovers } from './atomic_file.js';
import { loadCheckpoint, writeCheckpoint } from './checkpoint_file.js';

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Where the files go; made if it does not exist. One training per folder. */
  readonly directory: string;
  /** Updates between two checkpoints. Default: one at the end of each epoch. There is always one when training stops. */
  readonly everySteps?: number;
  /** How many to keep, default 2. */
  readonly keep?: number;
}

const EXTENSION = '.safetensors';

function fileName(step: number): string {
  return `step-${String(step).padStart(8, '0')}${EXTENSION}`;
}

/** Steps that a folder has checkpoints of, the latest first; none if it does not exist. */
async function stepsIn(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new ArgumentError(`checkpoint: cannot read the folder '${directory}': ${error.message}`, { cause: error });
  });
  const steps = names.map((name) => Number(/^step-(\d{8,})\.safetensors$/.exec(name)?.[1] ?? Number.NaN));
  return steps.filter((step) => !Number.isNaN(step)).sort((a, b) => b - a);
}

class Checkpointer implements Callback {
  readonly #directory: string;
  readonly #everySteps: number | undefined;
  readonly #keep: number;
  #writing: Promise<void> = Promise.resolve();
  #savedStep = -1;

  constructor(options: CheckpointOptions) {
    checkOptions('checkpoint', options, ['directory', 'everySteps', 'keep']);
    const { directory, everySteps, keep = 2 } = options;
    checkPath('checkpoint: directory', directory);
    if (everySteps !== undefined) checkInteger('checkpoint', 'everySteps', everySteps);
    checkInteger('checkpoint', 'keep', keep);
    this.#directory = directory;
    this.#everySteps = everySteps;
    this.#keep = keep;
  }

  async onTrainBegin({ step }: TrainingState): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await removeLeftovers(this.#directory, EXTENSION);
    const [latest = 0] = await stepsIn(this.#directory);
    if (latest > step) {
      throw new ArgumentError(
        `checkpoint: '${this.#directory}' holds a checkpoint of step ${latest}, but training begins at step ${step}; ` +
          `resume from it (resume: await latestCheckpoint(…)), or choose another folder`,
      );
    }
  }

  async onUpdate(state: TrainingState): Promise<void> {
    if (this.#everySteps !== undefined && state.step % this.#everySteps === 0) await this.#save(state);
  }

  async onEpochEnd(_record: unknown, state: TrainingState): Promise<void> {
    if (this.#everySteps === undefined) await this.#save(state);
  }

  async onStop(_reason: unknown, state: TrainingState): Promise<void> {
    if (state.step !== this.#savedStep) await this.#save(state);
  }

  async onTrainEnd(): Promise<void> {
    await this.#writing;
  }

  async onError(): Promise<void> {
    await this.#writing.catch(() => {});
  }

  /** Takes a snapshot now and writes it while training goes on, one at a time: waits for the one before. */
  async #save(state: TrainingState): Promise<void> {
    const { step } = state;
    const before = this.#writing;
    const snapshot = state.snapshot();
    this.#writing = before.then(async () => this.#write(step, await snapshot));
    for (const promise of [snapshot, this.#writing]) promise.catch(() => {}); // awaited later
    this.#savedStep = step;
    await before;
  }

  async #write(step: number, snapshot: Snapshot): Promise<void> {
    await writeCheckpoint(path.join(this.#directory, fileName(step)), snapshot);
    for (const old of (await stepsIn(this.#directory)).slice(this.#keep))
      await rm(path.join(this.#directory, fileName(old)), { force: true });
  }
}

/**
 * A callback for `fit` that writes checkpoints: parameters, running statistics, optimizer, position in the data, random state and
 * scores. A training that is killed at any moment and resumed ends with the same weights, bit by bit.
 *
 * Files are written in the background and atomically. A checkpoint is also written when training stops or is aborted.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const directory = 'checkpoints';
 * const resume = await latestCheckpoint(directory); // undefined the first time
 * await fit(model, train, { ...options, callbacks: [checkpoint({ directory, everySteps: 100 })], resume });
 */
export function checkpoint(options: CheckpointOptions): Callback {
  return new Checkpointer(options);
}

/**
 * Reads the newest checkpoint of a folder; resolves to undefined if there is none, or no folder.
 *
 * @param options.fallback whether a corrupt file is passed over for the one before it; default false
 * @throws (rejects with) FormatError when the newest file, or with `fallback` every file, is truncated or corrupt
 * @example
 * const resume = await latestCheckpoint('checkpoints');
 */
export async function latestCheckpoint(
  directory: string,
  options: { readonly fallback?: boolean } = {},
): Promise<Snapshot | undefined> {
  checkPath('latestCheckpoint', directory);
  checkOptions('latestCheckpoint', options, ['fallback']);
  const { fallback = false } = options;
  checkBoolean('latestCheckpoint', 'fallback', fallback);
  let failure: FormatError | undefined;
  for (const step of await stepsIn(directory)) {
    try {
      return await loadCheckpoint(path.join(directory, fileName(step)));
    } catch (error) {
      if (!(fallback && error instanceof FormatError)) throw error;
      failure ??= error;
    }
  }
  if (failure) throw failure;
  return undefined;
}
