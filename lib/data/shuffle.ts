import { Random } from '../tensor/random.js';
import type { Order } from './types.js';

/** Another random order for every epoch, a function of (seed, epoch) alone. */
export function shuffle(order: Order, seed: number): Order {
  const streamOf = (epoch: number) => new Random(seed, epoch).fork('shuffle');
  streamOf(0); // checks the seed
  return {
    size: order.size,
    shuffled: true,
    indices: (epoch) => {
      const upstream = order.indices(epoch);
      return streamOf(epoch)
        .permutation(order.size)
        .map((position) => upstream[position] as number);
    },
  };
}
