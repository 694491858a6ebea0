import type { Tensor } from '../../lib/tensor/tensor.js';

/** The elements of a tensor as plain numbers. */
export async function values(t: Tensor): Promise<number[]> {
  return Array.from(await t.data());
}

/** Lengths around the vector widths of every instruction set: 1 … 2 vectors of 4, 8 and 16 lanes, one off on both sides. */
export const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 1000] as const;

/** `length` numbers in [−1, 1), the same for the same seed. */
export function noise(length: number, seed = 1): Float64Array<ArrayBuffer> {
  let state = seed * 2654435761;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
