// What a checkpoint says of where a training stands is checked field by field, before anything is written: it may have been edited,
// or come from another program.
import type { NamedArray } from '../formats/safetensors.js';
import { checkInteger, checkNumber, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { Random } from '../tensor/random.js';
import type { Progress, Snapshot } from './snapshot.js';

type Fields<T> = { readonly [Name in keyof T]?: unknown };

const SUBJECT = 'fit: resume';

/** @throws ArgumentError naming the field, unless `snapshot` is one of this version with every field of its kind */
export function checkSnapshot({ progress: given, arrays }: Snapshot): void {
  const progress: Fields<Progress> = record('progress', given);
  checkSame('version', 1, progress.version);
  for (const name of ['step', 'epoch', 'batch', 'seed'] as const) checkInteger(SUBJECT, name, progress[name], 0);
  if (progress.batchesPerEpoch !== null) checkInteger(SUBJECT, 'batchesPerEpoch', progress.batchesPerEpoch);
  for (const name of ['seconds', 'learningRate'] as const) checkNumber(SUBJECT, name, progress[name], 0);
  for (const [index, name] of list('metrics', progress.metrics).entries())
    if (typeof name !== 'string') refuse(`metrics[${index}]`, 'a name', name);
  checkTally(progress.tally, list('metrics', progress.metrics).length);
  for (const [index, epoch] of list('history', progress.history).entries()) checkRecord(`history[${index}]`, epoch);
  checkOptimizer(progress.optimizer);
  if (progress.earlyStopping !== null) checkEarlyStopping(progress.earlyStopping);
  if (progress.random !== null) checkRandom(progress.random);
  for (const [name, array] of arrays) checkArray(name, array);
}

/** @throws ArgumentError unless both are the same */
export function checkSame(name: string, expected: unknown, stored: unknown): void {
  if (stored !== expected)
    throw new ArgumentError(
      `${SUBJECT}: the checkpoint's ${name} is ${String(stored)}, but this training's is ${String(expected)}`,
    );
}

function checkTally(given: unknown, metrics: number): void {
  const tally: Fields<Progress['tally']> = record('tally', given);
  checkInteger(SUBJECT, 'tally.samples', tally.samples, 0);
  checkNumber(SUBJECT, 'tally.loss', tally.loss);
  const measured = list('tally.measured', tally.measured);
  const expected = tally.samples === 0 ? 0 : metrics;
  if (measured.length !== expected) refuse('tally.measured', `an array of ${expected} arrays`, measured);
  for (const [index, sums] of measured.entries())
    for (const [at, sum] of list(`tally.measured[${index}]`, sums).entries())
      if (typeof sum !== 'number' && sum !== null) refuse(`tally.measured[${index}][${at}]`, 'a number', sum);
}

function checkRecord(name: string, given: unknown): void {
  const epoch: Fields<Progress['history'][number]> = record(name, given);
  for (const field of ['epoch', 'step'] as const) checkInteger(SUBJECT, `${name}.${field}`, epoch[field], 0);
  for (const field of ['learningRate', 'seconds'] as const) checkNumber(SUBJECT, `${name}.${field}`, epoch[field], 0);
  record(`${name}.train`, epoch.train);
  if (epoch.validation !== undefined) record(`${name}.validation`, epoch.validation);
}

function checkOptimizer(given: unknown): void {
  const optimizer: Fields<Progress['optimizer']> = record('optimizer', given);
  if (typeof optimizer.kind !== 'string') refuse('optimizer.kind', 'a name', optimizer.kind);
  checkInteger(SUBJECT, 'optimizer.steps', optimizer.steps, 0);
  for (const [name, count] of Object.entries(record('optimizer.updates', optimizer.updates)))
    checkInteger(SUBJECT, `optimizer.updates['${name}']`, count, 0);
}

function checkEarlyStopping(given: unknown): void {
  const state: Fields<NonNullable<Progress['earlyStopping']>> = record('earlyStopping', given);
  if (state.best !== null) checkNumber(SUBJECT, 'earlyStopping.best', state.best);
  checkInteger(SUBJECT, 'earlyStopping.bestEpoch', state.bestEpoch, -1);
  checkInteger(SUBJECT, 'earlyStopping.waited', state.waited, 0);
}

function checkRandom(given: unknown): void {
  try {
    new Random(0).state = record('random', given) as never;
  } catch (cause) {
    throw new ArgumentError(`${SUBJECT}: random must be the state of one, but received ${show(given)}`, { cause });
  }
}

function checkArray(name: string, given: Partial<NamedArray> | null): void {
  if (!ArrayBuffer.isView(given?.data) || !Array.isArray(given?.shape))
    refuse(`arrays '${name}'`, 'data and a shape', given);
}

function record(name: string, value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(name, 'an object', value);
  return value as object;
}

function list(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) refuse(name, 'an array', value);
  return value as readonly unknown[];
}

function refuse(name: string, expected: string, value: unknown): never {
  throw new ArgumentError(`${SUBJECT}: ${name} must be ${expected}, but received ${show(value)}`);
}
