// One cycle: up along half a cosine, then down along half a cosine to almost nothing. With peak = pctStart · totalSteps − 1,
//
//   rate(step) = max / divFactor → max                             for step = 0 … peak
//              = max → max / (divFactor · finalDivFactor)          for step = peak … totalSteps − 1
//
// Smith & Topin 2017 (arXiv 1708.07120); the numbers are those of PyTorch's OneCycleLR with two phases. Momentum stays.
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { cosineBetween, type Schedule } from './schedule.js';

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** The peak. */
  readonly maxLearningRate: number;
  /** Updates of the whole training: `epochs * dataset.batchesPerEpoch`. Beyond them the last rate stays. */
  readonly totalSteps: number;
  /** Share of the steps spent going up, default 0.3. */
  readonly pctStart?: number;
  /** Peak / first rate, default 25. */
  readonly divFactor?: number;
  /** First / last rate, default 10 000. */
  readonly finalDivFactor?: number;
}

/**
 * Up to a high learning rate and down to almost zero, once: the quickest way through a short training.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const schedule = schedules.oneCycle({ maxLearningRate: 0.01, totalSteps: epochs * train.batchesPerEpoch });
 * const optimizer = adam({ learningRate: schedule, beta1: 0.7, beta2: 0.9 });
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkOptions('oneCycle', options, ['maxLearningRate', 'totalSteps', 'pctStart', 'divFactor', 'finalDivFactor']);
  const { maxLearningRate, totalSteps, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  checkNumber('oneCycle', 'maxLearningRate', maxLearningRate, 0);
  checkInteger('oneCycle', 'totalSteps', totalSteps);
  checkNumber('oneCycle', 'pctStart', pctStart, 0, 1);
  checkNumber('oneCycle', 'divFactor', divFactor, 0);
  checkNumber('oneCycle', 'finalDivFactor', finalDivFactor, 0);
  if (divFactor === 0 || finalDivFactor === 0)
    throw new ArgumentError('oneCycle: divFactor and finalDivFactor must be above 0');
  const first = maxLearningRate / divFactor;
  const last = first / finalDivFactor;
  const peak = pctStart * totalSteps - 1;
  const end = totalSteps - 1;
  return (step) => {
    if (step >= end) return peak >= end ? maxLearningRate : last;
    return step < peak
      ? cosineBetween(first, maxLearningRate, step / peak)
      : cosineBetween(maxLearningRate, last, (step - peak) / (end - peak));
  };
}
