import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { philox4x32, Random } from '../../lib/tensor/random.js';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uint32());
const safeInteger = fc.maxSafeNat();

describe('philox4x32', () => {
  // Random123, tests/kat_vectors: `philox4x32 10 <counter> <key> <expected>`.
  it.each([
    '00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8',
    'ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd',
    '243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1',
  ])('matches the published answer %s', (line) => {
    const words = line.split(' ').map((word) => Number.parseInt(word, 16));
    const [c0, c1, c2, c3, k0, k1, ...expected] = words as [number, number, number, number, number, number];
    expect(philox4x32([c0, c1, c2, c3], [k0, k1])).toEqual(expected);
  });

  it('matches the definition in arbitrary precision', () => {
    const mask = 0xffffffffn;
    const reference = (counter: readonly number[], key: readonly number[]) => {
      let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
      let [k0, k1] = key.map(BigInt) as [bigint, bigint];
      for (let round = 0; round < 10; round++) {
        const p0 = 0xd2511f53n * c0;
        const p1 = 0xcd9e8d57n * c2;
        [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
        k0 = (k0 + 0x9e3779b9n) & mask;
        k1 = (k1 + 0xbb67ae85n) & mask;
      }
      return [c0, c1, c2, c3].map(Number);
    };
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox4x32(counter, key)).toEqual(reference(counter, key));
      }),
    );
  });
});

describe('Random', () => {
  it('maps (seed, stream, position) to words as documented', () => {
    fc.assert(
      fc.property(safeInteger, safeInteger, fc.nat(2 ** 50), (seed, stream, block) => {
        const random = new Random(seed, stream);
        random.state = { ...random.state, position: 4 * block };
        const split = (n: number): [number, number] => [n % 2 ** 32, Math.floor(n / 2 ** 32)];
        expect(draw(random, 4)).toEqual(philox4x32([...split(block), ...split(stream)], split(seed)));
      }),
    );
  });

  it('draws uniforms and normals from the words as documented', () => {
    const words = draw(new Random(7), 4) as [number, number, number, number];
    const random = new Random(7);
    expect([random.uniform(), random.uniform()]).toEqual([(words[0] >>> 8) / 2 ** 24, (words[1] >>> 8) / 2 ** 24]);
    const [u, v] = [((words[2] >>> 8) + 1) / 2 ** 24, (words[3] >>> 8) / 2 ** 24];
    expect(random.normal()).toBe(Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
  });

  it('gives these numbers for ever: checkpoints and seeds depend on them', () => {
    const random = new Random(42);
    expect(draw(random, 5)).toMatchInlineSnapshot(`
      [
        2632642643,
        2012563771,
        314527917,
        1463989207,
        4242219303,
      ]
    `);
    expect(random.fork('shuffle').uint32()).toMatchInlineSnapshot(`2722749884`);
    expect([...new Random(42).permutation(10)]).toMatchInlineSnapshot(`
      [
        7,
        3,
        8,
        9,
        1,
        5,
        2,
        0,
        4,
        6,
      ]
    `);
    expect([...Float32Array.of(random.normal(), random.normal())]).toMatchInlineSnapshot(`
      [
        -1.4893561601638794,
        0.5763699412345886,
      ]
    `);
  });

  it('continues exactly from a saved state', () => {
    fc.assert(
      fc.property(safeInteger, fc.nat(20), (seed, drawn) => {
        const random = new Random(seed, 3).fork('x');
        draw(random, drawn);
        const resumed = new Random(0);
        resumed.uint32(); // has a block of its own by now
        resumed.state = JSON.parse(JSON.stringify(random.state));
        expect(draw(resumed, 9)).toEqual(draw(random, 9));
      }),
    );
  });

  it('forks by label and stream, not by position', () => {
    const first = (random: Random, label: string) => random.fork(label).uint32();
    const drawn = new Random(1);
    drawn.uint32();
    expect(first(drawn, 'a')).toBe(first(new Random(1), 'a'));
    const labels = ['', 'a', 'b', 'a\0', '\0', 'abcdefghijkl', 'abcdefghijklm', 'é'];
    const words = labels.flatMap((label) => [
      first(new Random(1), label),
      first(new Random(1, 1), label),
      first(new Random(2), label),
    ]);
    expect(new Set(words).size).toBe(words.length);
  });

  it('reserves whole blocks', () => {
    const random = new Random(5, 6);
    random.uint32();
    const range = random.reserve(5);
    expect(range).toEqual({ key: [5, 0], stream: 6, block: 1 });
    expect(random.state.position).toBe(12);
    expect(random.reserve(0)).toEqual({ ...range, block: 3 });
  });

  it('permutes', () => {
    fc.assert(
      fc.property(safeInteger, fc.nat(300), (seed, n) => {
        const sorted = new Random(seed).permutation(n).sort();
        expect([...sorted]).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('has the moments of its distributions', () => {
    const random = new Random(2026);
    const n = 200_000;
    const moments = (next: () => number) => {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < n; i++) {
        const x = next();
        sum += x;
        squares += x * x;
      }
      return [sum / n, squares / n - (sum / n) ** 2] as const;
    };
    const [uniformMean, uniformVariance] = moments(() => random.uniform());
    expect(Math.abs(uniformMean - 1 / 2)).toBeLessThan(0.003);
    expect(Math.abs(uniformVariance - 1 / 12)).toBeLessThan(0.001);
    const [normalMean, normalVariance] = moments(() => random.normal());
    expect(Math.abs(normalMean)).toBeLessThan(0.01);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.015);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < n; i++) {
      const face = random.integer(6);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - n / 6) ** 2 / (n / 6), 0);
    expect(chiSquare).toBeLessThan(20.5); // 99.9 % of 5 degrees of freedom
  });

  it('gives integers without bias where ⌊word · n / 2³²⌋ alone has one', () => {
    const random = new Random(4);
    const thirds = Array.from({ length: 3000 }, () => random.integer(3 * 2 ** 30) % 3);
    expect(thirds.filter((third) => third === 0).length).toBeLessThan(1100); // of 3000; 1500 with the bias
  });

  it('covers the whole range of integer(n)', () => {
    const random = new Random(3);
    expect(random.integer(1)).toBe(0);
    const large = Array.from({ length: 200 }, () => random.integer(2 ** 32));
    expect(Math.max(...large)).toBeGreaterThan(2 ** 31);
    for (const n of [2 ** 31 + 1, 2 ** 32 - 1, 3])
      for (let i = 0; i < 50; i++) expect(random.integer(n)).toBeLessThan(n);
  });

  it.each([
    ['NaN seed', () => new Random(Number.NaN), 'random: seed must be a non-negative integer, but received NaN'],
    ['negative seed', () => new Random(-1), 'random: seed must be a non-negative integer, but received -1'],
    ['fractional stream', () => new Random(0, 0.5), 'random: stream must be a non-negative integer, but received 0.5'],
    [
      'integer(0)',
      () => new Random(0).integer(0),
      'random: integer(n) takes an integer n from 1 to 2^32, but received 0',
    ],
    [
      'permutation(-1)',
      () => new Random(0).permutation(-1),
      'random: permutation(n) takes an integer n from 0 to 2^32 - 1, but received -1',
    ],
  ])('rejects %s', (_, act, message) => {
    expect(act).toThrow(new ArgumentError(message));
  });

  it.each([
    null,
    {},
    { key: [1], stream: 0, position: 0 },
    { key: [1, -1], stream: 0, position: 0 },
    { key: [1, 1], stream: 0, position: Number.NaN },
  ])('rejects the state %j', (state) => {
    expect(() => {
      new Random(0).state = state as never;
    }).toThrow(ArgumentError);
  });
});
