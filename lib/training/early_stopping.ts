// Early stopping: training ends once a score has not improved for some epochs, and the weights of the best epoch come back.
import type { NamedArray } from '../formats/safetensors.js';
import type { AnyMetric } from '../metrics/metric.js';
import { checkBoolean, checkChoice, checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { Parameter } from '../tensor/parameter.js';
import { assignArrays } from './assign_arrays.js';
import type { EpochRecord } from './history.js';

/** Options of early stopping in `fit`. */
export interface EarlyStoppingOptions {
  /** The score to watch: `'validation.loss'` (default), `'train.loss'`, `'validation.accuracy'` … */
  readonly monitor?: string;
  /** Epochs without improvement after which training stops, at least 1. */
  readonly patience: number;
  /** What counts as an improvement: more than this, default 0. */
  readonly minDelta?: number;
  /** Whether the best epoch's weights and statistics come back at the end, however training ends but by abort; default true. */
  readonly restoreBest?: boolean;
}

/** What early stopping remembers, besides the best weights; plain JSON. */
export interface EarlyStoppingState {
  /** Null before the first epoch. */
  readonly best: number | null;
  readonly bestEpoch: number;
  /** Epochs since then. */
  readonly waited: number;
}

export class EarlyStopping {
  readonly #monitor: string;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #restoreBest: boolean;
  readonly #sign: 1 | -1;
  #best: number | undefined;
  #bestEpoch = -1;
  #waited = 0;
  #kept = new Map<string, Parameter>();

  /** @throws ArgumentError for an invalid or unknown option, or a score that `fit` does not compute */
  constructor(options: EarlyStoppingOptions, metrics: readonly AnyMetric[], validated: boolean) {
    const subject = 'fit: earlyStopping';
    checkOptions(subject, options, ['monitor', 'patience', 'minDelta', 'restoreBest']);
    const { monitor = 'validation.loss', patience, minDelta = 0, restoreBest = true } = options;
    const names = ['loss', ...metrics.map(({ name }) => name)];
    const parts = validated ? ['train', 'validation'] : ['train'];
    checkChoice(
      subject,
      'monitor',
      monitor,
      parts.flatMap((part) => names.map((name) => `${part}.${name}`)),
    );
    checkInteger(subject, 'patience', patience);
    checkNumber(subject, 'minDelta', minDelta, 0);
    checkBoolean(subject, 'restoreBest', restoreBest);
    this.#monitor = monitor;
    this.#patience = patience;
    this.#minDelta = minDelta;
    this.#restoreBest = restoreBest;
    this.#sign = metrics.find(({ name }) => monitor.endsWith(`.${name}`))?.better === 'higher' ? 1 : -1;
  }

  /** Whether the patience is used up. */
  get exhausted(): boolean {
    return this.#waited >= this.#patience;
  }

  /** Looks at an epoch that has just ended; keeps a copy of the parameters if it is the best so far. */
  observe(record: EpochRecord, parameters: ReadonlyMap<string, Parameter>): void {
    const [part, name] = this.#monitor.split('.') as ['train' | 'validation', string];
    const score = (record[part] as Record<string, number> | undefined)?.[name] ?? Number.NaN;
    const improved =
      this.#best === undefined ? !Number.isNaN(score) : this.#sign * (score - this.#best) > this.#minDelta;
    this.#waited = improved ? 0 : this.#waited + 1;
    if (!improved) return;
    this.#best = score;
    this.#bestEpoch = record.epoch;
    if (!this.#restoreBest) return;
    for (const [key, parameter] of parameters) this.#copyOf(key, parameter).assign(parameter);
  }

  /** Brings the best weights back. Returns their epoch, or undefined where there is nothing to bring back. */
  restore(parameters: ReadonlyMap<string, Parameter>): number | undefined {
    if (this.#kept.size === 0) return undefined;
    for (const [name, copy] of this.#kept) parameters.get(name)?.assign(copy);
    return this.#bestEpoch;
  }

  /** Releases the copies. */
  dispose(): void {
    for (const copy of this.#kept.values()) copy.dispose();
    this.#kept.clear();
  }

  /** The copies of the best weights by name; empty where none are kept. */
  get kept(): ReadonlyMap<string, Parameter> {
    return this.#kept;
  }

  get state(): EarlyStoppingState {
    return { best: this.#best ?? null, bestEpoch: this.#bestEpoch, waited: this.#waited };
  }

  /** Continues from a checkpoint. */
  resume(
    { best, bestEpoch, waited }: EarlyStoppingState,
    arrays: ReadonlyMap<string, NamedArray>,
    parameters: ReadonlyMap<string, Parameter>,
  ): void {
    this.#best = best ?? undefined;
    this.#bestEpoch = bestEpoch;
    this.#waited = waited;
    if (arrays.size === 0 || !this.#restoreBest) return;
    for (const [name, parameter] of parameters) this.#copyOf(name, parameter);
    assignArrays('fit: resume, best weights', this.#kept, arrays);
  }

  #copyOf(name: string, { shape, dtype }: Parameter): Parameter {
    const known = this.#kept.get(name);
    if (known) return known;
    const copy = new Parameter(name, shape, { dtype, trainable: false });
    this.#kept.set(name, copy);
    return copy;
  }
}
