// rate(step) = learningRate · factor^⌊step / every⌋        (PyTorch's StepLR with step_size = every, gamma = factor)
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Schedule } from './schedule.js';

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** Updates between two drops. */
  readonly every: number;
  /** What each drop multiplies the rate by, default 0.1. */
  readonly factor?: number;
}

/**
 * A learning rate that drops by a factor at regular intervals.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * sgd({ learningRate: schedules.stepDecay({ learningRate: 0.1, every: 30 * train.batchesPerEpoch }), momentum: 0.9 });
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkOptions('stepDecay', options, ['learningRate', 'every', 'factor']);
  const { learningRate, every, factor = 0.1 } = options;
  checkNumber('stepDecay', 'learningRate', learningRate, 0);
  checkInteger('stepDecay', 'every', every);
  checkNumber('stepDecay', 'factor', factor, 0, 1);
  return (step) => learningRate * factor ** Math.floor(step / every);
}
