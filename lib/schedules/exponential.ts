// rate(step) = learningRate · factor^(step / every)        (PyTorch's ExponentialLR with gamma = factor where every is 1)
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Schedule } from './schedule.js';

/** Options of `exponential`. */
export interface ExponentialOptions {
  /** The rate to begin with. */
  readonly learningRate: number;
  /** What the rate is multiplied by over `every` updates, from 0 to 1. */
  readonly factor: number;
  /** Default 1; `batchesPerEpoch` makes it a factor per epoch. */
  readonly every?: number;
}

/**
 * A learning rate that falls evenly, by a factor over so many updates.
 *
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * adam({ learningRate: schedules.exponential({ learningRate: 1e-3, factor: 0.98, every: train.batchesPerEpoch }) });
 */
export function exponential(options: ExponentialOptions): Schedule {
  checkOptions('exponential', options, ['learningRate', 'factor', 'every']);
  const { learningRate, factor, every = 1 } = options;
  checkNumber('exponential', 'learningRate', learningRate, 0);
  checkNumber('exponential', 'factor', factor, 0, 1);
  checkInteger('exponential', 'every', every);
  return (step) => learningRate * factor ** (step / every);
}
