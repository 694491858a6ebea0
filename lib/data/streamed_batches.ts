import { checkBatchesOptions, type Iterate } from './batched_dataset.js';
import { mapBatches } from './map_batches.js';
import { prefetch } from './prefetch.js';
import type { AnySample, Batch, BatchesOptions, BatchSource, HostArray, HostArrays, Sample } from './types.js';

/** Batches whose number is not known before they have come. Immutable: every method returns another one. */
export class StreamedBatches<S extends AnySample = Sample> implements BatchSource<S> {
  readonly size = undefined;
  readonly batchesPerEpoch = undefined;
  readonly #iterate: Iterate<S>;

  constructor(iterate: Iterate<S>) {
    this.#iterate = iterate;
  }

  /**
   * The batches of an epoch. Those before `startBatch` are read and left out.
   *
   * @throws ArgumentError for an epoch or start that is not a non-negative integer.
   */
  batches(options: BatchesOptions = {}): AsyncIterable<Batch<S>> {
    return this.#iterate(checkBatchesOptions(options));
  }

  /** Passes every batch through `fn`, as `BatchedDataset.map` does. */
  map<X extends HostArrays = HostArray, Y extends HostArrays = HostArray>(
    fn: (batch: Batch<S>) => Batch<Sample<X, Y>> | Promise<Batch<Sample<X, Y>>>,
  ): StreamedBatches<Sample<X, Y>> {
    return new StreamedBatches(mapBatches(this, fn));
  }

  /** Makes `count` batches ahead of the consumer. @throws ArgumentError unless `count` is a positive integer. */
  prefetch(count: number): StreamedBatches<S> {
    return new StreamedBatches(prefetch(this, count));
  }
}
