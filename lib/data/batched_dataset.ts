import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { mapBatches } from './map_batches.js';
import { prefetch } from './prefetch.js';
import type { AnySample, Batch, BatchesOptions, BatchSource, HostArray, HostArrays, Sample } from './types.js';

/** Gives the batches of an epoch from `startBatch` on; the options are checked. */
export type Iterate<S extends AnySample> = (options: CheckedBatchesOptions) => AsyncIterable<Batch<S>>;

/** Where to start and when to stop, with the defaults filled in. */
export interface CheckedBatchesOptions {
  readonly epoch: number;
  readonly startBatch: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws ArgumentError for an epoch or start that is not a non-negative integer */
export function checkBatchesOptions(options: BatchesOptions): CheckedBatchesOptions {
  checkOptions('batches', options, ['epoch', 'startBatch', 'signal']);
  const { epoch = 0, startBatch = 0, signal } = options;
  checkInteger('batches', 'epoch', epoch, 0);
  checkInteger('batches', 'startBatch', startBatch, 0);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new ArgumentError('batches: signal must be an AbortSignal');
  return { epoch, startBatch, signal };
}

/** Extents of an epoch. */
export interface BatchCounts {
  /** Samples per epoch. */
  readonly size: number;
  /** Samples per batch; the last batch may hold fewer. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
}

/**
 * A dataset cut into batches. Immutable: every method returns another one.
 *
 * @example
 * const train = (await data.idx(files)).shuffle({ seed: 1 }).batch(256).prefetch(2);
 * for await (const { x, y } of train.batches({ epoch: 0 })) console.log(x.shape, y.shape); // [256, 28, 28, 1] [256]
 */
export class BatchedDataset<S extends AnySample = Sample> implements BatchSource<S>, BatchCounts {
  readonly size: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly #counts: BatchCounts;
  readonly #iterate: Iterate<S>;

  constructor(counts: BatchCounts, iterate: Iterate<S>) {
    ({ size: this.size, batchSize: this.batchSize, batchesPerEpoch: this.batchesPerEpoch } = counts);
    this.#counts = counts;
    this.#iterate = iterate;
  }

  /**
   * The batches of an epoch, in an order that depends on the epoch and the datasets' seeds alone.
   *
   * @throws ArgumentError for an epoch or start that is not a non-negative integer, or a start beyond the end.
   */
  batches(options: BatchesOptions = {}): AsyncIterable<Batch<S>> {
    const { epoch, startBatch, signal } = checkBatchesOptions(options);
    if (startBatch > this.batchesPerEpoch) {
      throw new ArgumentError(
        `batches: startBatch must be at most ${this.batchesPerEpoch}, the batches of an epoch, but received ${startBatch}`,
      );
    }
    return this.#iterate({ epoch, startBatch, signal });
  }

  /**
   * Passes every batch through `fn`, for augmentations that work on whole batches. A batch brings its epoch and its samples' source
   * indices: a random `fn` should depend on these alone, so that training resumes bit by bit.
   */
  map<X extends HostArrays = HostArray, Y extends HostArrays = HostArray>(
    fn: (batch: Batch<S>) => Batch<Sample<X, Y>> | Promise<Batch<Sample<X, Y>>>,
  ): BatchedDataset<Sample<X, Y>> {
    return new BatchedDataset(this.#counts, mapBatches(this, fn));
  }

  /**
   * Makes `count` batches ahead of the consumer.
   *
   * @throws ArgumentError unless `count` is a positive integer.
   */
  prefetch(count: number): BatchedDataset<S> {
    return new BatchedDataset(this.#counts, prefetch(this, count));
  }
}
