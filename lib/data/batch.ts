import { checkBoolean, checkInteger } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { BatchedDataset } from './batched_dataset.js';
import type { AnySample, Gather, Order } from './types.js';

/** Groups the samples of an order, `batchSize` at a time; the last batch holds what is left, or is dropped. */
export function batch<S extends AnySample>(
  order: Order,
  gather: Gather<S>,
  batchSize: number,
  dropLast: boolean,
): BatchedDataset<S> {
  checkInteger('batch', 'size', batchSize);
  checkBoolean('batch', 'dropLast', dropLast);
  const batchesPerEpoch = dropLast ? Math.floor(order.size / batchSize) : Math.ceil(order.size / batchSize);
  if (batchesPerEpoch === 0) {
    throw new ArgumentError(`batch: dropLast with batches of ${batchSize} leaves none of the ${order.size} samples`);
  }
  const size = dropLast ? batchesPerEpoch * batchSize : order.size;
  return new BatchedDataset({ size, batchSize, batchesPerEpoch }, async function* ({ epoch, startBatch, signal }) {
    const indices = order.indices(epoch);
    for (let index = startBatch; index < batchesPerEpoch; index++) {
      signal?.throwIfAborted();
      const rows = indices.slice(index * batchSize, Math.min((index + 1) * batchSize, size));
      yield { ...(await gather(rows, epoch)), indices: rows, epoch, index };
    }
  });
}
