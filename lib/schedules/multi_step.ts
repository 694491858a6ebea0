// rate(step) = learningRate · factor^(milestones ≤ step)        (PyTorch's MultiStepLR with gamma = factor)
import { checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Schedule } from './schedule.js';

/** Options of `multiStep`. */
export interface MultiStepOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** Updates after which the rate drops, in ascending order. */
  readonly milestones: readonly number[];
  /** What each drop multiplies the rate by, default 0.1. */
  readonly factor?: number;
}

/**
 * A learning rate that drops by a factor at given steps.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * sgd({ learningRate: schedules.multiStep({ learningRate: 0.1, milestones: [32_000, 48_000] }), momentum: 0.9 });
 */
export function multiStep(options: MultiStepOptions): Schedule {
  checkOptions('multiStep', options, ['learningRate', 'milestones', 'factor']);
  const { learningRate, milestones, factor = 0.1 } = options;
  checkNumber('multiStep', 'learningRate', learningRate, 0);
  checkNumber('multiStep', 'factor', factor, 0, 1);
  if (!Array.isArray(milestones))
    throw new ArgumentError(`multiStep: milestones must be an array of steps, but received ${show(milestones)}`);
  for (const [index, milestone] of milestones.entries()) {
    checkInteger('multiStep', `milestones[${index}]`, milestone, 0);
    if (index > 0 && milestone <= milestones[index - 1])
      throw new ArgumentError(`multiStep: milestones must ascend, but received ${show(milestones)}`);
  }
  const drops = [...milestones];
  return (step) => learningRate * factor ** drops.filter((milestone) => milestone <= step).length;
}
