// How others take part in training: checkpoints, progress lines, dashboards. The loop knows this interface only.
import type { Optimizer } from '../optimizers/optimizer.js';
import type { EpochRecord, History, Scores, StopReason } from './history.js';
import type { Snapshot } from './snapshot.js';
import type { AnyTrainable } from './trainable.js';

/** Training as callbacks see it. */
export interface TrainingState {
  readonly model: AnyTrainable;
  readonly optimizer: Optimizer;
  /** Epochs planned. */
  readonly epochs: number;
  /** The current epoch, from 0. */
  readonly epoch: number;
  /** Batches of the current epoch that have been used. */
  readonly batch: number;
  /** Undefined where the dataset does not know. */
  readonly batchesPerEpoch: number | undefined;
  /** Updates enqueued since the beginning of the training, in all its runs. */
  readonly step: number;
  /** Finished epochs. */
  readonly history: readonly EpochRecord[];
  /** Mean loss and metrics of the current epoch so far, of the steps whose loss has arrived; undefined before the first. */
  readonly scores: Scores | undefined;
  /**
   * Everything needed to continue from the present step, bit by bit. The values are those at the time of the call, although they
   * arrive later and training goes on meanwhile. Rejects with NonFiniteLossError if the loss of a step up to here turns out to be so.
   */
  snapshot(): Promise<Snapshot>;
}

/** One update, reported when its loss has arrived: two updates later. */
export interface StepRecord {
  /** Counted from 1. */
  readonly step: number;
  readonly epoch: number;
  /** Mean over the samples of the update. */
  readonly loss: number;
  readonly learningRate: number;
  readonly samples: number;
}

/**
 * Functions that training calls; all are optional, may be asynchronous, and are awaited. An error ends training and rejects `fit`.
 *
 * To stop training from a callback, abort the signal given to `fit`.
 */
export interface Callback {
  onTrainBegin?(state: TrainingState): void | Promise<void>;
  onEpochBegin?(state: TrainingState): void | Promise<void>;
  /** After an update has been enqueued: a tensor read now has exactly the values after `state.step` updates. */
  onUpdate?(state: TrainingState): void | Promise<void>;
  /** When the loss of an update has arrived. */
  onStepEnd?(record: StepRecord, state: TrainingState): void | Promise<void>;
  onEpochEnd?(record: EpochRecord, state: TrainingState): void | Promise<void>;
  /** Once no more updates will follow, before early stopping brings the best weights back. Not after an error. */
  onStop?(reason: StopReason, state: TrainingState): void | Promise<void>;
  onTrainEnd?(history: History, state: TrainingState): void | Promise<void>;
  /**
   * Instead of `onTrainEnd`, with what `fit` is about to reject with. Every callback is told. If one throws another error in turn,
   * `fit` rejects with an AggregateError whose `cause` and first element are the error.
   */
  onError?(error: unknown, state: TrainingState): void | Promise<void>;
}

/** The names of callback functions and their arguments before the state. */
export type CallbackEvents = {
  [Event in keyof Callback]-?: Parameters<NonNullable<Callback[Event]>> extends [...infer Arguments, TrainingState]
    ? Arguments
    : never;
};
