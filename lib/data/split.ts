import { checkInteger } from '../tensor/arguments.js';
import { Random } from '../tensor/random.js';
import { slice } from './slice.js';
import type { Order } from './types.js';

/** Cuts in two: `first` samples, or that share of them if below 1, and the rest. With a seed, the samples are drawn at random, once. */
export function split(order: Order, first: number, seed?: number): [Order, Order] {
  const isShare = first > 0 && first < 1;
  if (!isShare) checkInteger('split', 'first', first);
  const count = isShare ? Math.round(first * order.size) : first;
  const whole = seed === undefined || order.shuffled ? order : drawnOnce(order, seed);
  return [slice('split', whole, 0, count), slice('split', whole, count, order.size)];
}

function drawnOnce(order: Order, seed: number): Order {
  const upstream = order.indices(0);
  const indices = new Random(seed)
    .fork('split')
    .permutation(order.size)
    .map((position) => upstream[position] as number);
  return { ...order, indices: () => indices };
}
