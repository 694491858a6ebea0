// What training reports: one record per epoch, and how it ended.
import type { AnyMetric, Metric } from '../metrics/metric.js';

/** Mean loss and metrics over a dataset, by name. */
export type Scores<M extends readonly AnyMetric[] = readonly Metric[]> = { readonly loss: number } & {
  readonly [Name in M[number]['name']]: number;
};

/** One epoch. */
export interface EpochRecord<M extends readonly AnyMetric[] = readonly Metric[]> {
  /** Counted from 0. */
  readonly epoch: number;
  /** Updates done by its end, since the beginning of the training. */
  readonly step: number;
  /** Loss and metrics over the epoch's batches, each as the weights were then, in training mode. */
  readonly train: Scores<M>;
  /** Loss and metrics of the validation dataset with the weights at the end, in evaluation mode; undefined without one. */
  readonly validation: Scores<M> | undefined;
  /** Of the last update. */
  readonly learningRate: number;
  /** Training time, validation not included. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** Why training ended: all epochs done, the signal, or no improvement. */
export type StopReason = 'completed' | 'aborted' | 'earlyStopping';

/** A whole training. */
export interface History<M extends readonly AnyMetric[] = readonly Metric[]> {
  /** Finished epochs, those before a resumed checkpoint included. */
  readonly epochs: readonly EpochRecord<M>[];
  readonly stopped: StopReason;
  /** Updates done since the beginning. */
  readonly steps: number;
  /** The epoch whose weights the model has now, if early stopping brought back the best ones. */
  readonly restoredEpoch: number | undefined;
}
