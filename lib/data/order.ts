import type { Order } from './types.js';

/** The samples 0 … size − 1 in the order of the source. */
export function sourceOrder(size: number): Order {
  const indices = Uint32Array.from({ length: size }, (_, i) => i);
  return { size, shuffled: false, indices: () => indices };
}
