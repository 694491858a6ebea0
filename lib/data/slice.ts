import { ArgumentError } from '../tensor/errors.js';
import type { Order } from './types.js';

/**
 * The samples from position `start` to before `end`.
 *
 * @throws ArgumentError when nothing would be left, and after a shuffle: the part would hold other samples in every epoch, and
 * training and validation data would mix.
 */
export function slice(subject: string, order: Order, start: number, end: number): Order {
  if (order.shuffled) {
    throw new ArgumentError(
      `${subject}: must come before shuffle(), else every epoch would take other samples; split() takes a seed of its own`,
    );
  }
  if (start < 0 || end > order.size || start >= end) {
    throw new ArgumentError(
      `${subject}: would leave samples ${start} to ${end} of ${order.size}; expected at least one, and no more than there are`,
    );
  }
  const indices = order.indices(0).subarray(start, end);
  return { size: end - start, shuffled: false, indices: () => indices };
}
