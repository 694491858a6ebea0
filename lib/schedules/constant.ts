// rate(step) = learningRate
import { checkNumber } from '../tensor/arguments.js';
import type { Schedule } from './schedule.js';

/**
 * The same learning rate at every step.
 *
 * @throws ArgumentError unless it is finite and not negative
 * @example
 * sgd({ learningRate: schedules.constant(0.1) }); // the same as learningRate: 0.1
 */
export function constant(learningRate: number): Schedule {
  checkNumber('constant', 'learningRate', learningRate, 0);
  return () => learningRate;
}
