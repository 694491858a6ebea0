// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
//
//   round:  (c0, c1, c2, c3) ← (hi(M1·c2) ^ c1 ^ k0,  lo(M1·c2),  hi(M0·c0) ^ c3 ^ k1,  lo(M0·c0)),
//           ten rounds, (k0, k1) += (W0, W1) between rounds,
//           M0 = D2511F53, M1 = CD9E8D57, W0 = 9E3779B9, W1 = BB67AE85
//
// Every random number of the library, here and in native/simd/philox.h, is a pure function of (key, stream, position):
//
//   key       k0 = seed mod 2³²,   k1 = ⌊seed / 2³²⌋                    of a Random made from a seed
//   block b   (w0, w1, w2, w3) = philox4x32(counter = [b mod 2³², ⌊b / 2³²⌋, stream mod 2³², ⌊stream / 2³²⌋], key)
//   word i    w[i mod 4] of block ⌊i / 4⌋                               the uint32 stream, i = 0, 1, 2, …
//   uniform   (word >>> 8) · 2⁻²⁴                                       one word; in [0, 1), exact in float32
//   normal    √(−2 ln u) · cos(2π v),  u = ((word i >>> 8) + 1) · 2⁻²⁴ in (0, 1],  v = uniform of word i + 1
//                                                                       two words; computed in float64
//   integer   ⌊word · n / 2³²⌋, drawing again while the low half is below 2³² mod n (Lemire 2019)
//
// Words and uniforms agree bit for bit between the languages, normals to the last float32 digit.
import { checkInteger } from './arguments.js';
import { ArgumentError } from './errors.js';

/** Where a Random stands; plain JSON, so that a checkpoint can hold it. */
export interface RandomState {
  readonly key: readonly [number, number];
  readonly stream: number;
  /** Words drawn so far. */
  readonly position: number;
}

/** Whole blocks set aside for a native op: its word i is `philox4x32` of block `block + ⌊i / 4⌋`. */
export interface PhiloxRange {
  readonly key: readonly [number, number];
  readonly stream: number;
  readonly block: number;
}

type Words4 = [number, number, number, number];

const TWO_32 = 2 ** 32;
const FORK_DOMAIN = 0x666f726b; // 'fork': above every stream's high word, so that a derived key never equals a drawn block

/** High 32 bits of the product of two uint32, as an int32. */
function mulhi(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

function philoxInto(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = mulhi(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = mulhi(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * The Philox4x32-10 block function: four random uint32 for a counter of four words and a key of two.
 *
 * @example
 * philox4x32([0, 0, 0, 0], [0, 0]); // [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
 */
export function philox4x32(counter: Readonly<Words4>, key: readonly [number, number]): Words4 {
  const out = new Uint32Array(4);
  philoxInto(out, ...counter, ...key);
  return [...out] as Words4;
}

/**
 * A stream of random numbers that is a pure function of (seed, stream, position).
 *
 * @example
 * const random = new Random(42);
 * const noise = Float32Array.from({ length: 8 }, () => random.normal());
 * const order = random.fork('shuffle').permutation(60_000);
 */
export class Random {
  #key: readonly [number, number];
  #stream: number;
  #position = 0;
  readonly #words = new Uint32Array(4);
  #block = -1; // the block #words holds

  /**
   * @param seed integer from 0 to 2⁵³ − 1
   * @param stream integer from 0 to 2⁵³ − 1; streams of one seed are independent
   * @throws ArgumentError for anything else
   */
  constructor(seed: number, stream = 0) {
    checkInteger('random', 'seed', seed, 0);
    checkInteger('random', 'stream', stream, 0);
    this.#key = [seed >>> 0, Math.floor(seed / TWO_32)];
    this.#stream = stream;
  }

  /** An independent generator for one purpose. It depends on seed, stream and label, never on how much was drawn already. */
  fork(label: string): Random {
    const text = new TextEncoder().encode(label);
    const out = new Uint32Array(4);
    // Absorb 12 bytes of the label per block, little-endian; the first block carries stream and length, so that no two inputs coincide.
    philoxInto(out, this.#stream >>> 0, Math.floor(this.#stream / TWO_32), text.length, FORK_DOMAIN, ...this.#key);
    for (let start = 0; start < text.length; start += 12) {
      const chunk = new Uint8Array(12);
      chunk.set(text.subarray(start, start + 12));
      const view = new DataView(chunk.buffer);
      const [a, b, c] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
      philoxInto(out, a, b, c, FORK_DOMAIN, out[0] as number, out[1] as number);
    }
    const forked = new Random(0);
    forked.#key = [out[0] as number, out[1] as number];
    return forked;
  }

  /** Key, stream and position; assigning it continues exactly there. @throws ArgumentError when assigned something else. */
  get state(): RandomState {
    return { key: this.#key, stream: this.#stream, position: this.#position };
  }

  set state(state: RandomState) {
    const { key, stream, position } = state ?? {};
    checkInteger('random', 'state.stream', stream, 0);
    checkInteger('random', 'state.position', position, 0);
    if (!Array.isArray(key) || key.length !== 2 || key.some((word) => word !== word >>> 0)) {
      throw new ArgumentError(`random: state.key must be two uint32, but received ${JSON.stringify(key)}`);
    }
    this.#key = [key[0], key[1]];
    this.#stream = stream;
    this.#position = position;
    this.#block = -1;
  }

  /** The next word: an integer in [0, 2³²). */
  uint32(): number {
    const block = Math.floor(this.#position / 4);
    if (block !== this.#block) {
      this.#block = block;
      const stream = this.#stream;
      const [k0, k1] = this.#key;
      philoxInto(this.#words, block | 0, Math.floor(block / TWO_32), stream | 0, Math.floor(stream / TWO_32), k0, k1);
    }
    return this.#words[this.#position++ % 4] as number;
  }

  /** The next number of the uniform distribution on [0, 1), a multiple of 2⁻²⁴. */
  uniform(): number {
    return (this.uint32() >>> 8) * 2 ** -24;
  }

  /** The next number of the standard normal distribution (Box–Muller), at most 5.77 in magnitude. */
  normal(): number {
    const u = ((this.uint32() >>> 8) + 1) * 2 ** -24;
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The next integer of the uniform distribution on [0, n), without bias. @throws ArgumentError unless 1 ≤ n ≤ 2³². */
  integer(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1 || n > TWO_32) {
      throw new ArgumentError(`random: integer(n) takes an integer n from 1 to 2^32, but received ${n}`);
    }
    return n === TWO_32 ? this.uint32() : this.#below(n);
  }

  /** The numbers 0 … n − 1 in random order (Fisher–Yates). @throws ArgumentError unless 0 ≤ n < 2³². */
  permutation(n: number): Uint32Array {
    if (!Number.isSafeInteger(n) || n < 0 || n >= TWO_32) {
      throw new ArgumentError(`random: permutation(n) takes an integer n from 0 to 2^32 - 1, but received ${n}`);
    }
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let last = n - 1; last > 0; last--) {
      const chosen = this.#below(last + 1);
      const swapped = order[last] as number;
      order[last] = order[chosen] as number;
      order[chosen] = swapped;
    }
    return order;
  }

  /** Sets aside `count` words for a native op, in whole blocks from the next unused one, and moves past them. */
  reserve(count: number): PhiloxRange {
    checkInteger('random', 'count', count, 0);
    const block = Math.ceil(this.#position / 4);
    this.#position = 4 * (block + Math.ceil(count / 4));
    return { key: this.#key, stream: this.#stream, block };
  }

  #below(n: number): number {
    for (;;) {
      const word = this.uint32();
      const low = Math.imul(word, n) >>> 0;
      if (low >= n || low >= TWO_32 % n) return mulhi(word, n) >>> 0;
    }
  }
}
