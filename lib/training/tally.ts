// Loss and metrics summed up over the batches of an epoch, in the order of the steps.
import type { AnyMetric } from '../metrics/metric.js';
import { addTo } from '../metrics/running.js';
import type { Scores } from './history.js';

/** The numbers of one batch, or of a sum of batches; plain JSON. */
export interface TallyState {
  readonly samples: number;
  /** Loss times samples. */
  readonly loss: number;
  /** What each metric measured. */
  readonly measured: readonly (readonly (number | null)[])[];
}

/** What one batch has measured, as it arrives. */
export interface BatchScores {
  readonly samples: number;
  /** Mean over the batch. */
  readonly loss: number;
  readonly measured: readonly ArrayLike<number>[];
}

export class Tally {
  readonly #metrics: readonly AnyMetric[];
  #samples = 0;
  #loss = 0;
  #sums: (Float64Array | undefined)[];

  constructor(metrics: readonly AnyMetric[], state?: TallyState) {
    this.#metrics = metrics;
    this.#samples = state?.samples ?? 0;
    this.#loss = state?.loss ?? 0;
    this.#sums = metrics.map((_, index) => {
      const sums = state?.measured[index];
      return sums && Float64Array.from(sums, (sum) => sum ?? Number.NaN); // JSON has null for NaN
    });
  }

  add({ samples, loss, measured }: BatchScores): void {
    this.#samples += samples;
    this.#loss += loss * samples;
    this.#sums = this.#sums.map((sums, index) => addTo(sums, measured[index] as ArrayLike<number>));
  }

  get samples(): number {
    return this.#samples;
  }

  /** Means so far; undefined before the first batch. */
  get scores(): Scores | undefined {
    if (this.#samples === 0) return undefined;
    const values = this.#metrics.map(({ name }, index) => [name, this.#value(index)] as const);
    return { loss: this.#loss / this.#samples, ...Object.fromEntries(values) };
  }

  get state(): TallyState {
    const measured = this.#samples === 0 ? [] : this.#sums.map((sums) => Array.from(sums as Float64Array));
    return { samples: this.#samples, loss: this.#loss, measured };
  }

  #value(index: number): number {
    return (this.#metrics[index] as AnyMetric).value(this.#sums[index] as Float64Array, this.#samples);
  }
}
