// Cosine annealing after an optional linear warm-up:
//
//   rate(step) = learningRate · (step + 1) / (warmupSteps + 1)                       for step < warmupSteps = w
//              = minimum + (learningRate − minimum) · (1 + cos(π (step − w) / (totalSteps − w))) / 2   up to totalSteps
//
// Loshchilov & Hutter 2016 (arXiv 1608.03983), one period; PyTorch's CosineAnnealingLR with T_max = totalSteps − w.
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { cosineBetween, type Schedule } from './schedule.js';

/** Options of `cosine`. */
export interface CosineOptions {
  /** The highest rate: at the start, or after the warm-up. */
  readonly learningRate: number;
  /** Updates of the whole training, warm-up included. Beyond them the minimum stays. */
  readonly totalSteps: number;
  /** The rate approached at the end, default 0. */
  readonly minimum?: number;
  /** Updates of linear increase before, default 0. */
  readonly warmupSteps?: number;
}

/**
 * From a high learning rate down to a low one along half a cosine, with an optional warm-up.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * sgd({ learningRate: schedules.cosine({ learningRate: 0.1, totalSteps: 5000, warmupSteps: 100 }), momentum: 0.9 });
 */
export function cosine(options: CosineOptions): Schedule {
  checkOptions('cosine', options, ['learningRate', 'totalSteps', 'minimum', 'warmupSteps']);
  const { learningRate, totalSteps, minimum = 0, warmupSteps = 0 } = options;
  checkNumber('cosine', 'learningRate', learningRate, 0);
  checkInteger('cosine', 'totalSteps', totalSteps);
  checkNumber('cosine', 'minimum', minimum, 0, learningRate);
  checkInteger('cosine', 'warmupSteps', warmupSteps, 0);
  if (warmupSteps >= totalSteps) {
    throw new ArgumentError(
      `cosine: warmupSteps must be below totalSteps (${totalSteps}), but received ${warmupSteps}`,
    );
  }
  return (step) => {
    if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
    return cosineBetween(learningRate, minimum, Math.min(1, (step - warmupSteps) / (totalSteps - warmupSteps)));
  };
}
