import fc from 'fast-check';
import { FormatError } from '../../lib/tensor/errors.js';

/** Copies of a file cut short, with bits flipped or bytes overwritten; changes fall on the first `head` bytes half of the time. */
export function damage(bytes: Uint8Array, head = 100): fc.Arbitrary<Uint8Array> {
  const position = fc.oneof(fc.nat(Math.min(head, bytes.length) - 1), fc.nat(bytes.length - 1));
  const cut = fc.nat(bytes.length).map((length) => bytes.slice(0, length));
  const flipped = fc.array(fc.tuple(position, fc.nat(7)), { minLength: 1, maxLength: 4 }).map((flips) => {
    const copy = bytes.slice();
    for (const [at, bit] of flips) copy[at] = (copy[at] as number) ^ (1 << bit);
    return copy;
  });
  const overwritten = fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, noise]) => {
    const copy = bytes.slice();
    copy.set(noise.subarray(0, copy.length - at), at);
    return copy;
  });
  return fc.oneof(cut, flipped, overwritten);
}

/** Runs a decoder on damaged bytes: a result is fine, and so is a FormatError; anything else is thrown on. */
export async function expectTypedFailure(decode: () => unknown): Promise<void> {
  try {
    await decode();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}
