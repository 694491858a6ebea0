import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Iterate } from './batched_dataset.js';
import { checkSamples } from './map_samples.js';
import type { AnySample, Batch, BatchSource } from './types.js';

/** Passes every batch through `fn`, in order. */
export function mapBatches<S extends AnySample, T extends AnySample>(
  upstream: BatchSource<S>,
  fn: (batch: Batch<S>) => Batch<T> | Promise<Batch<T>>,
): Iterate<T> {
  if (typeof fn !== 'function')
    throw new ArgumentError(`map: expected a function of a batch, but received ${show(fn)}`);
  return async function* (options) {
    for await (const batch of upstream.batches(options)) {
      const mapped = await fn(batch);
      checkSamples('map', [mapped]);
      yield mapped;
    }
  };
}
