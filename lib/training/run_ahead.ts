// How far enqueueing runs ahead of computing. Two updates keep the native side busy while a batch is fetched. Very deep networks
// get less: their updates together would fill the stream's queue, and enqueueing into a full queue blocks the event loop.
import { native } from '../native.js';

/** Calls that the stream's queue holds. */
const QUEUE = 1024;

/** Updates that may be on their way while the next one is enqueued. */
const USUAL = 2;

/** Updates after which the size of one is known. */
const OBSERVED = 3;

/** How many updates of so many native calls may be on their way while another one is enqueued. */
export function runAheadFor(callsPerUpdate: number): number {
  return Math.max(0, Math.min(USUAL, Math.floor(QUEUE / Math.max(1, callsPerUpdate)) - 1));
}

/** Looks at the first updates of a training and says how many may be on their way. */
export class RunAhead {
  #observed = 0;
  #calls = 0;

  /** Runs `enqueue`, which enqueues an update. */
  observe<T>(enqueue: () => T): T {
    if (this.#observed === OBSERVED) return enqueue();
    const before = native.info().pendingOps;
    const result = enqueue();
    this.#calls = Math.max(this.#calls, native.info().pendingOps - before);
    this.#observed += 1;
    return result;
  }

  /** Updates that may be on their way. */
  get limit(): number {
    return runAheadFor(this.#calls);
  }
}
