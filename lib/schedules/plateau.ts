// A learning rate that drops when a score stops improving: PyTorch's ReduceLROnPlateau with threshold_mode 'abs'.
//
//   better: score < best − threshold ('lower'), or > best + threshold ('higher')
//   after more than `patience` epochs without: rate = max(minimum, rate · factor), and `cooldown` epochs that do not count
//
// What it remembers follows from the scores of past epochs alone; as a callback of `fit` it replays those of a resumed training,
// so that a checkpoint need not hold it.
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Schedule } from './schedule.js';

/** Options of `plateau`. */
export interface PlateauOptions<Record> {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** The score of an epoch, from its record: `({ validation }) => validation.loss`. */
  readonly score: (record: Record) => number;
  /** Which scores are better, default `'lower'`. */
  readonly better?: 'lower' | 'higher';
  /** What each drop multiplies the rate by, default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are tolerated, default 10. */
  readonly patience?: number;
  /** What a score has to be better by, default 0. */
  readonly threshold?: number;
  /** Epochs after a drop that are not counted, default 0. */
  readonly cooldown?: number;
  /** The lowest rate, default 0. */
  readonly minimum?: number;
}

const known = ['learningRate', 'score', 'better', 'factor', 'patience', 'threshold', 'cooldown', 'minimum'];

/** A schedule that learns of scores as a callback of `fit`, or by `observe`. */
export class Plateau<Record = unknown> {
  /** To be given to an optimizer as its learning rate. */
  readonly schedule: Schedule = () => this.#rate;
  readonly #options: Required<PlateauOptions<Record>>;
  #rate = 0;
  #best = 0;
  #bad = 0;
  #cooling = 0;

  /** @internal */
  constructor(options: PlateauOptions<Record>) {
    checkOptions('plateau', options, known);
    const defaults = { better: 'lower', factor: 0.1, patience: 10, threshold: 0, cooldown: 0, minimum: 0 } as const;
    const all = { ...defaults, ...options };
    checkNumber('plateau', 'learningRate', all.learningRate, 0);
    if (typeof all.score !== 'function')
      throw new ArgumentError(
        `plateau: score must be a function of an epoch's record, but received ${show(all.score)}`,
      );
    checkChoice('plateau', 'better', all.better, ['lower', 'higher']);
    checkNumber('plateau', 'factor', all.factor, 0, 1);
    checkInteger('plateau', 'patience', all.patience, 0);
    checkNumber('plateau', 'threshold', all.threshold, 0);
    checkInteger('plateau', 'cooldown', all.cooldown, 0);
    checkNumber('plateau', 'minimum', all.minimum, 0, all.learningRate);
    this.#options = all;
    this.#reset();
  }

  /** Takes in the score of one more epoch. @throws ArgumentError unless it is a number */
  observe(score: number): void {
    if (typeof score !== 'number')
      throw new ArgumentError(`plateau: score must give a number, but gave ${show(score)}`);
    const { better, factor, patience, threshold, cooldown, minimum } = this.#options;
    const improved = better === 'lower' ? score < this.#best - threshold : score > this.#best + threshold;
    if (improved) this.#best = score;
    this.#bad = improved ? 0 : this.#bad + 1;
    if (this.#cooling > 0) {
      this.#cooling -= 1;
      this.#bad = 0;
    }
    if (this.#bad <= patience) return;
    this.#rate = Math.max(minimum, this.#rate * factor);
    this.#cooling = cooldown;
    this.#bad = 0;
  }

  /** Called by `fit`: starts anew, and replays the epochs of a resumed training. */
  onTrainBegin({ history }: { readonly history: readonly Record[] }): void {
    this.#reset();
    for (const record of history) this.observe(this.#options.score(record));
  }

  /** Called by `fit`. */
  onEpochEnd(record: Record): void {
    this.observe(this.#options.score(record));
  }

  #reset(): void {
    const { learningRate, better } = this.#options;
    this.#rate = learningRate;
    this.#best = better === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.#bad = 0;
    this.#cooling = 0;
  }
}

/**
 * A learning rate that drops when a score has stopped improving.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const drops = schedules.plateau({ learningRate: 0.1, patience: 3, score: ({ train }: EpochRecord) => train.loss });
 * const optimizer = sgd({ learningRate: drops.schedule });
 * await fit(model, train, { epochs: 100, optimizer, loss, callbacks: [drops] });
 */
export function plateau<Record>(options: PlateauOptions<Record>): Plateau<Record> {
  return new Plateau(options);
}
