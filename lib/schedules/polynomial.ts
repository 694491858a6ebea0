// rate(step) = minimum + (learningRate − minimum) · (1 − step / totalSteps)^power up to totalSteps, then the minimum
// PyTorch's PolynomialLR with total_iters = totalSteps, and Caffe's poly with max_iter = totalSteps, where the minimum is 0.
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Schedule } from './schedule.js';

/** Options of `polynomial`. */
export interface PolynomialOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** Updates until the minimum is reached. */
  readonly totalSteps: number;
  /** 1 (default) is a straight line. */
  readonly power?: number;
  /** The last rate, default 0. */
  readonly minimum?: number;
}

/**
 * From a high learning rate down to a low one along a power of the time that is left.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * sgd({ learningRate: schedules.polynomial({ learningRate: 0.1, totalSteps: 5000, power: 0.5 }), momentum: 0.9 });
 */
export function polynomial(options: PolynomialOptions): Schedule {
  checkOptions('polynomial', options, ['learningRate', 'totalSteps', 'power', 'minimum']);
  const { learningRate, totalSteps, power = 1, minimum = 0 } = options;
  checkNumber('polynomial', 'learningRate', learningRate, 0);
  checkInteger('polynomial', 'totalSteps', totalSteps);
  checkNumber('polynomial', 'power', power, 0);
  checkNumber('polynomial', 'minimum', minimum, 0, learningRate);
  return (step) =>
    step >= totalSteps ? minimum : minimum + (learningRate - minimum) * (1 - step / totalSteps) ** power;
}
