import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { batch } from './batch.js';
import type { BatchedDataset } from './batched_dataset.js';
import type { SampleInfo } from './map_samples.js';
import { mapSamples } from './map_samples.js';
import { shuffle } from './shuffle.js';
import { slice } from './slice.js';
import { split } from './split.js';
import type { AnySample, Gather, Order, Sample } from './types.js';

/**
 * Samples that can be fetched by index, in some order. Immutable: every method returns another one over the same source.
 *
 * @example
 * const [train, validation] = (await data.idx(files)).split(55_000, { seed: 1 });
 * const batches = train.shuffle({ seed: 1 }).batch(256).prefetch(2);
 */
export class Dataset<S extends AnySample = Sample> {
  /** Number of samples. */
  readonly size: number;
  readonly #order: Order;
  readonly #gather: Gather<S>;

  /** @param gather fetches and stacks the samples with the given source indices */
  constructor(order: Order, gather: Gather<S>) {
    this.size = order.size;
    this.#order = order;
    this.#gather = gather;
  }

  /** The first `count` samples. @throws ArgumentError when there are fewer, and after shuffle(). */
  take(count: number): Dataset<S> {
    checkInteger('take', 'count', count);
    return this.#ordered(slice('take', this.#order, 0, count));
  }

  /** All but the first `count` samples. @throws ArgumentError when none are left, and after shuffle(). */
  skip(count: number): Dataset<S> {
    checkInteger('skip', 'count', count, 0);
    return this.#ordered(slice('skip', this.#order, count, this.size));
  }

  /**
   * Cuts in two disjoint parts, the same in every epoch.
   *
   * @param first samples of the first part: a count, or a share between 0 and 1
   * @param options.seed draws the parts at random; default: the first part holds the first samples
   * @throws ArgumentError when a part would be empty, and after shuffle().
   * @example
   * const [train, validation] = dataset.split(0.9, { seed: 1 });
   */
  split(first: number, options: { readonly seed?: number } = {}): [Dataset<S>, Dataset<S>] {
    checkOptions('split', options, ['seed']);
    const [a, b] = split(this.#order, first, options.seed);
    return [this.#ordered(a), this.#ordered(b)];
  }

  /** Another order for every epoch, a function of (seed, epoch). @throws ArgumentError unless the seed is a non-negative integer. */
  shuffle(options: { readonly seed: number }): Dataset<S> {
    checkOptions('shuffle', options, ['seed']);
    return this.#ordered(shuffle(this.#order, options.seed));
  }

  /**
   * Passes every sample through `fn`, which may be asynchronous. A random `fn` should depend on the sample's index and epoch alone,
   * so that training resumes bit by bit. Batches reject with a ShapeError when samples come out with different shapes.
   */
  map<T extends AnySample = Sample>(fn: (sample: S, info: SampleInfo) => T | Promise<T>): Dataset<T> {
    return new Dataset(this.#order, mapSamples(this.#gather, fn));
  }

  /**
   * Groups samples into batches.
   *
   * @param options.dropLast leaves out the last batch if it is smaller; default false
   * @throws ArgumentError unless `size` is a positive integer and a batch is left.
   */
  batch(size: number, options: { readonly dropLast?: boolean } = {}): BatchedDataset<S> {
    checkOptions('batch', options, ['dropLast']);
    return batch(this.#order, this.#gather, size, options.dropLast ?? false);
  }

  #ordered(order: Order): Dataset<S> {
    return new Dataset(order, this.#gather);
  }
}
