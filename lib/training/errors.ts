// Errors of the training loop.
import { ConvgradError } from '../tensor/errors.js';
import type { EpochRecord } from './history.js';

/** The loss became NaN or infinite. The weights have been updated from it and are of no use: lower the learning rate. */
export class NonFiniteLossError extends ConvgradError {
  readonly loss: number;
  /** The update it belongs to, counted from 1. */
  readonly step: number;
  /** Counted from 0. */
  readonly epoch: number;
  /** The epochs finished before. */
  readonly history: readonly EpochRecord[];

  constructor(loss: number, step: number, epoch: number, history: readonly EpochRecord[]) {
    super(
      `fit: the loss is ${loss} at step ${step} in epoch ${epoch + 1}; lower the learning rate, or check inputs and labels`,
    );
    this.loss = loss;
    this.step = step;
    this.epoch = epoch;
    this.history = history;
  }
}
