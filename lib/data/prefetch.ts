import { checkInteger } from '../tensor/arguments.js';
import type { Iterate } from './batched_dataset.js';
import type { AnySample, Batch, BatchSource } from './types.js';

/**
 * Keeps `count` batches in the making while the consumer works on one. An error reaches the consumer in its turn, after the batches
 * before it; abandoning the loop or aborting stops the work ahead after the batch in the making.
 */
export function prefetch<S extends AnySample>(upstream: BatchSource<S>, count: number): Iterate<S> {
  checkInteger('prefetch', 'count', count);
  return async function* (options) {
    const stop = new AbortController();
    const { signal } = options;
    signal?.throwIfAborted();
    signal?.addEventListener('abort', () => stop.abort(signal.reason), { once: true, signal: stop.signal });
    const iterator = upstream.batches({ ...options, signal: stop.signal })[Symbol.asyncIterator]();
    const ahead: Promise<IteratorResult<Batch<S>>>[] = [];
    const request = () => {
      const pending = iterator.next();
      pending.catch(() => {}); // a failure counts when its turn comes, and not at all if the consumer has left by then
      ahead.push(pending);
    };
    try {
      for (let i = 0; i < count; i++) request();
      for (;;) {
        const result = await orAborted(ahead.shift() as Promise<IteratorResult<Batch<S>>>, stop.signal);
        if (result.done) return;
        request();
        yield result.value;
      }
    } finally {
      stop.abort();
      // Not awaited: a slow batch in the making must not delay the consumer that leaves.
      iterator.return?.().catch(() => {});
    }
  };
}

/** The promise's outcome, or the signal's reason if that comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
