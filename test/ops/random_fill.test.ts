import { describe, expect, it } from 'vitest';
import {
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  randomNormal,
  randomTruncatedNormal,
  randomUniform,
} from '../../lib/ops/random_fill.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { philox4x32, Random } from '../../lib/tensor/random.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { lengths, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const sizes = [...lengths, 127, 128, 129, 255, 257, 40_001];
const moments = (numbers: number[]) => {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length) };
};

/** Normal number i of attempt a, from the words the header of random_fill.cpp names. */
function normal(seed: number, count: number, i: number, attempt: number): number {
  const block = attempt * Math.ceil(count / 2) + Math.floor(i / 2);
  const words = philox4x32([block, 0, 0, 0], [seed, 0]);
  const [a, b] = i % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]];
  return Math.sqrt(-2 * Math.log(((a >>> 8) + 1) * 2 ** -24)) * Math.cos(2 * Math.PI * (b >>> 8) * 2 ** -24);
}

describe('randomUniform', () => {
  it('gives the numbers random.uniform() gives, bit for bit', async () => {
    for (const length of sizes) {
      const [random, draws] = [new Random(42, 3), new Random(42, 3)];
      const options = { low: -0.3, high: 1.7 };
      const expected = Array.from({ length }, () => -0.3 + (1.7 - -0.3) * draws.uniform());
      expect(await values(randomUniform([length], { ...options, random, dtype: 'float64' }))).toEqual(expected);
      const again = new Random(42, 3);
      expect(await values(randomUniform([length], { ...options, random: again }))).toEqual(expected.map(Math.fround));
      expect(random.state.position).toBe(4 * Math.ceil(length / 4));
    }
  });

  it('lies in [0, 1) by default', async () => {
    const numbers = await values(randomUniform([100, 1000], { random: new Random(1) }));
    expect(Math.min(...numbers.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers.slice(0, 50_000))).toBeLessThan(1);
    expect(moments(numbers).mean).toBeCloseTo(0.5, 2);
  });
});

describe('randomNormal', () => {
  it('gives the numbers random.normal() gives, to the last float32 digit', async () => {
    for (const length of sizes) {
      const [random, draws] = [new Random(2 ** 40 + 1), new Random(2 ** 40 + 1)];
      const expected = Array.from({ length }, () => 0.5 + 2 * draws.normal());
      const doubles = await values(
        randomNormal([length], { mean: 0.5, standardDeviation: 2, random, dtype: 'float64' }),
      );
      const errors = doubles.map((value, i) => Math.abs(value - (expected[i] as number)) / (1 + Math.abs(value)));
      expect(errors.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1e-14);
      const floats = await values(
        randomNormal([length], { mean: 0.5, standardDeviation: 2, random: new Random(2 ** 40 + 1) }),
      );
      expect(floats).toEqual(expected.map(Math.fround));
    }
  });

  it('has the moments asked for', async () => {
    const { mean, deviation } = moments(
      await values(randomNormal([400_000], { mean: 3, standardDeviation: 0.5, random: new Random(5) })),
    );
    expect([mean, deviation].map((v) => Math.round(v * 100))).toEqual([300, 50]);
  });
});

describe('randomTruncatedNormal', () => {
  it('draws again, from the words of later attempts, what lies beyond two deviations', async () => {
    for (const length of [1, 7, 64, 1001]) {
      const z = await values(randomTruncatedNormal([length], { random: new Random(11), dtype: 'float64' }));
      for (const [i, value] of z.entries()) {
        let attempt = 0;
        while (Math.abs(normal(11, length, i, attempt)) > 2) attempt++;
        expect(value).toBeCloseTo(normal(11, length, i, attempt), 13);
      }
    }
  });

  it('has 0.8796 times the deviation, and no number beyond two', async () => {
    const z = await values(randomTruncatedNormal([200_000], { random: new Random(2) }));
    expect(z.every((v) => Math.abs(v) <= 2)).toBe(true);
    expect(moments(z).deviation).toBeCloseTo(0.8796, 2);
  });
});

describe('filling in place', () => {
  it('overwrites a parameter and counts it as written', async () => {
    const weight = new Parameter('weight', [3, 5]);
    const fills = [fillUniform, fillNormal, fillTruncatedNormal] as const;
    const made = [randomUniform, randomNormal, randomTruncatedNormal] as const;
    for (const [index, fill] of fills.entries()) {
      fill(weight, { random: new Random(4) });
      expect(weight.version).toBe(index + 1);
      const same = made[index] as typeof randomUniform;
      expect(await values(weight)).toEqual(await values(same([3, 5], { random: new Random(4) })));
    }
  });

  it('goes on where the generator stands', async () => {
    const random = new Random(6);
    const [first, second] = [randomUniform([5], { random }), randomUniform([5], { random })];
    expect(await values(first)).not.toEqual(await values(second));
    expect(random.state.position).toBe(16);
  });

  it('gives the same bits for any number of threads', async () => {
    const [one, ...others] = await withThreads(async () => [
      await values(randomNormal([40_000], { random: new Random(1) })),
      await values(randomTruncatedNormal([40_000], { random: new Random(1) })),
      await values(randomUniform([40_000], { random: new Random(1) })),
    ]);
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const random = new Random(1);
    expect(() => fillUniform(tensor([1]), { low: 1, high: 0, random })).toThrow(
      'fillUniform: high must be a finite number of at least 1, but received 0',
    );
    expect(() => fillNormal(tensor([1]), { standardDeviation: -1, random })).toThrow(
      'fillNormal: standardDeviation must be a finite number of at least 0',
    );
    expect(() => fillNormal(tensor(new Int32Array(1)), { random })).toThrow(
      'fillNormal: target must be float32 or float64, but is int32',
    );
    expect(() => randomUniform([2], {} as never)).toThrow(
      'randomUniform: random must be a Random, but received undefined',
    );
    expect(() => randomNormal([2], { random, low: 1 } as never)).toThrow("randomNormal: unknown option 'low'");
    expect(() => randomNormal([-2], { random })).toThrow('randomNormal: shape must hold non-negative integers');
  });
});
