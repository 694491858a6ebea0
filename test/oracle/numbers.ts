// The numbers of a case, made here as scripts/oracle/data.py makes them: neither inputs nor upstream gradients are stored.
// Every value is exact in float32.

/** How an array is filled. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly kind: 'shifted' | 'spread' | 'positive' | 'distinct' | 'integers' | 'distributions';
  readonly limit?: number;
}

/** MurmurHash3's finalizer of index · 0x9e3779b9 + seed. */
function hash(seed: number, index: number): number {
  let h = (Math.imul(index, 0x9e3779b9) + seed) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const uniform = (seed: number, index: number): number => ((hash(seed, index) >>> 16) - 32767.5) / 32768;

type Filler = (seed: number, count: number, limit: number) => ArrayLike<number>;

const each =
  (value: (seed: number, index: number, limit: number) => number): Filler =>
  (seed, count, limit) =>
    Float64Array.from({ length: count }, (_, index) => value(seed, index, limit));

const fillers: Record<Numbers['kind'], Filler> = {
  shifted: each((seed, index) => uniform(seed, index) + 0.5),
  spread: each((seed, index, limit) => uniform(seed, index) * limit),
  positive: each((seed, index) => uniform(seed, index) + 1.5),
  integers: each((seed, index, limit) => hash(seed, index) % limit),
  distinct(seed, count) {
    const hashes = Array.from({ length: count }, (_, index) => hash(seed, index));
    const order = [...hashes.keys()].sort((a, b) => (hashes[a] as number) - (hashes[b] as number) || a - b);
    const values = new Float64Array(count);
    const step = 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
    for (const [rank, index] of order.entries()) values[index] = (rank + 0.25 - count / 2) / step;
    return values;
  },
  distributions(seed, count, limit) {
    const values = new Float64Array(count);
    for (let row = 0; row * limit < count; row++)
      for (let pick = 0; pick < 4; pick++) {
        const at = row * limit + (hash(seed, 4 * row + pick) % limit);
        values[at] = (values[at] as number) + 0.25;
      }
    return values;
  },
};

/** The elements that `numbers` stands for. */
export function fill(numbers: Numbers, seed: number): number[] {
  const count = numbers.shape.reduce((product, extent) => product * extent, 1);
  return Array.from(fillers[numbers.kind](seed, count, numbers.limit ?? 1));
}
