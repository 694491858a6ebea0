// Everything a training needs to continue bit by bit: numbers as JSON and arrays by name.
//
//   model.<parameter>               parameters, running statistics included
//   optimizer.<parameter>.<slot>    momentum and the like
//   best.<parameter>                the best weights so far, where early stopping keeps them
import type { NamedArray } from '../formats/safetensors.js';
import type { OptimizerCounters } from '../optimizers/optimizer.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { RandomState } from '../tensor/random.js';
import type { EarlyStoppingState } from './early_stopping.js';
import type { EpochRecord } from './history.js';
import type { TallyState } from './tally.js';

/** Where a training stands; plain JSON. */
export interface Progress {
  readonly version: 1;
  readonly step: number;
  readonly epoch: number;
  /** Batches of the epoch that have been used, and how many it has. */
  readonly batch: number;
  readonly batchesPerEpoch: number | null;
  /** Seconds spent in this epoch. */
  readonly seconds: number;
  /** Of the last update. */
  readonly learningRate: number;
  readonly seed: number;
  /** State of the model's own source of randomness, if it has one. */
  readonly random: RandomState | null;
  readonly metrics: readonly string[];
  readonly tally: TallyState;
  readonly history: readonly EpochRecord[];
  readonly optimizer: OptimizerCounters & { readonly kind: string };
  readonly earlyStopping: EarlyStoppingState | null;
}

/** A training at one step. `fit` takes one as `resume`. */
export interface Snapshot {
  readonly progress: Progress;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

/** Parameters by name. @throws ArgumentError when two share one */
export function byName(subject: string, parameters: readonly Parameter[]): Map<string, Parameter> {
  if (!Array.isArray(parameters))
    throw new ArgumentError(`${subject}: expected a model with parameters, but received none`);
  const named = new Map<string, Parameter>();
  for (const parameter of parameters) {
    if (named.has(parameter.name)) throw new ArgumentError(`${subject}: two parameters are named "${parameter.name}"`);
    named.set(parameter.name, parameter);
  }
  return named;
}

/** The present values of parameters, under `prefix`. The reads are enqueued at once. */
export async function readArrays(
  prefix: string,
  parameters: ReadonlyMap<string, Parameter>,
): Promise<[string, NamedArray][]> {
  const entries = Array.from(parameters, async ([name, parameter]): Promise<[string, NamedArray]> => {
    const { shape } = parameter;
    return [prefix + name, { data: await parameter.data(), shape }];
  });
  return Promise.all(entries);
}

/** The arrays under `prefix`, without it. */
export function arraysUnder(prefix: string, arrays: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const found = [...arrays].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, array]) => [name.slice(prefix.length), array]));
}
