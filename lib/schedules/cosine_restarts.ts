// Cosine annealing with warm restarts: periods of firstPeriod, firstPeriod · growth, firstPeriod · growth², … updates; in each,
//
//   rate = minimum + (learningRate − minimum) · (1 + cos(π · updates since the restart / period)) / 2
//
// Loshchilov & Hutter 2016 (arXiv 1608.03983); PyTorch's CosineAnnealingWarmRestarts with T_0 = firstPeriod, T_mult = growth.
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { cosineBetween, type Schedule } from './schedule.js';

/** Options of `cosineRestarts`. */
export interface CosineRestartsOptions {
  /** The rate of each restart. */
  readonly learningRate: number;
  /** Updates before the first restart. */
  readonly firstPeriod: number;
  /** How much longer each period is than the one before, an integer; default 1. */
  readonly growth?: number;
  /** The rate approached at the end of each period, default 0. */
  readonly minimum?: number;
}

/**
 * From a high learning rate down to a low one along half a cosine, again and again.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * sgd({ learningRate: schedules.cosineRestarts({ learningRate: 0.1, firstPeriod: 1000, growth: 2 }), momentum: 0.9 });
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  checkOptions('cosineRestarts', options, ['learningRate', 'firstPeriod', 'growth', 'minimum']);
  const { learningRate, firstPeriod, growth = 1, minimum = 0 } = options;
  checkNumber('cosineRestarts', 'learningRate', learningRate, 0);
  checkInteger('cosineRestarts', 'firstPeriod', firstPeriod);
  checkInteger('cosineRestarts', 'growth', growth);
  checkNumber('cosineRestarts', 'minimum', minimum, 0, learningRate);
  return (step) => {
    let [since, period] = growth === 1 ? [step % firstPeriod, firstPeriod] : [step, firstPeriod];
    for (; since >= period; period *= growth) since -= period;
    return cosineBetween(learningRate, minimum, since / period);
  };
}
