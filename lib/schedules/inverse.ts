// rate(step) = learningRate · (1 + factor · step)^−power        (Caffe's inv with gamma = factor)
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Schedule } from './schedule.js';

/** Options of `inverse`. */
export interface InverseOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** How soon the rate falls: at step 1 / factor it has fallen to 2^−power. */
  readonly factor: number;
  /** Default 1. */
  readonly power?: number;
}

/**
 * A learning rate that falls like a power of the time that has passed, and never ends.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * sgd({ learningRate: schedules.inverse({ learningRate: 0.01, factor: 1e-4, power: 0.75 }), momentum: 0.9 }); // Caffe's LeNet
 */
export function inverse(options: InverseOptions): Schedule {
  checkOptions('inverse', options, ['learningRate', 'factor', 'power']);
  const { learningRate, factor, power = 1 } = options;
  checkNumber('inverse', 'learningRate', learningRate, 0);
  checkNumber('inverse', 'factor', factor, 0);
  checkNumber('inverse', 'power', power, 0);
  return (step) => learningRate * (1 + factor * step) ** -power;
}
