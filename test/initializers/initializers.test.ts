import { describe, expect, it } from 'vitest';
import type { Initializer } from '../../lib/initializers/index.js';
import * as initializers from '../../lib/initializers/index.js';
import { fans } from '../../lib/initializers/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { Random } from '../../lib/tensor/random.js';
import type { Shape } from '../../lib/tensor/shape.js';

async function draw(
  initializer: Initializer,
  shape: Shape,
  seed = 1,
  dtype: 'float32' | 'float64' = 'float32',
): Promise<number[]> {
  const parameter = new Parameter('w', shape, { dtype });
  initializer(parameter, new Random(seed));
  return Array.from(await parameter.data());
}

const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
const deviation = (v: number[]) => Math.sqrt(mean(v.map((x) => x * x)) - mean(v) ** 2);
const extreme = (v: number[]) => v.reduce((a, x) => Math.max(a, Math.abs(x)), 0);

describe('fans', () => {
  it.each([
    [[3, 4, 3, 2], 36, 24],
    [[3, 3, 64, 128], 576, 1152],
    [[784, 10], 784, 10],
  ])('%j: %i in, %i out', (shape, fanIn, fanOut) => {
    expect(fans(shape)).toEqual({ fanIn, fanOut });
  });

  it('a bias has none', () => {
    expect(() => fans([10])).toThrow(
      new ShapeError('initializer: fan-in and fan-out need a weight of at least two axes, got [10]'),
    );
  });
});

describe('bounds and deviations', () => {
  const kernel = [3, 4, 3, 2];
  const wide = [3, 3, 64, 128];

  // Uniform on ±bound: the largest of 73,728 draws comes within 0.1 % of the bound, and σ = bound / √3.
  it.each([
    ['glorotUniform', initializers.glorotUniform(), 0.058926],
    ['heUniform', initializers.heUniform(), Math.sqrt(6 / 576)],
    ['heUniform by fan-out', initializers.heUniform('fanOut'), Math.sqrt(6 / 1152)],
    ['kaimingUniform(√5), the default of layers', initializers.kaimingUniform(Math.sqrt(5)), 0.041667],
    ['uniform', initializers.uniform(-0.5, 0.5), 0.5],
  ])('%s', async (_, initializer, bound) => {
    const values = await draw(initializer, wide);
    expect(extreme(values)).toBeLessThanOrEqual(bound * 1.00001);
    expect(extreme(values)).toBeGreaterThan(bound * 0.999);
    expect(deviation(values) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(Math.abs(mean(values))).toBeLessThan(bound * 0.01);
  });

  it.each([
    ['glorotNormal', initializers.glorotNormal(), Math.sqrt(2 / 1728)],
    ['heNormal', initializers.heNormal(), 0.058926],
    ['heNormal by fan-out', initializers.heNormal('fanOut'), Math.sqrt(2 / 1152)],
    ['normal', initializers.normal(3), 3],
    ['truncatedNormal', initializers.truncatedNormal(2), 2 * 0.87962566],
  ])('%s', async (_, initializer, expected) => {
    const values = await draw(initializer, wide);
    // The standard error of σ over 73,728 draws is 0.26 %.
    expect(Math.abs(deviation(values) / expected - 1)).toBeLessThan(0.011);
    expect(Math.abs(mean(values))).toBeLessThan(expected * 0.016);
  });

  it('worked bounds of a 3x4x3x2 kernel', async () => {
    const largest = async (initializer: Initializer) => {
      let bound = 0;
      for (let seed = 0; seed < 40; seed += 1) bound = Math.max(bound, extreme(await draw(initializer, kernel, seed)));
      return bound;
    };
    expect(await largest(initializers.glorotUniform())).toBeCloseTo(0.31623, 2);
    expect(await largest(initializers.kaimingUniform(Math.sqrt(5)))).toBeCloseTo(0.16667, 3);
  });

  it('truncatedNormal stays within two deviations of its mean', async () => {
    const values = await draw(initializers.truncatedNormal(0.5, 3), wide);
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values.slice(0, 10_000))).toBeLessThanOrEqual(4);
  });

  it('uniform and normal take a range and a mean', async () => {
    expect(mean(await draw(initializers.uniform(1, 3), wide))).toBeCloseTo(2, 1);
    expect(mean(await draw(initializers.normal(0.1, 5), wide))).toBeCloseTo(5, 2);
  });
});

describe('values', () => {
  it('constants', async () => {
    expect(await draw(initializers.zeros, [3])).toEqual([0, 0, 0]);
    expect(await draw(initializers.ones, [2])).toEqual([1, 1]);
    expect(await draw(initializers.constant(0.25), [2], 1, 'float64')).toEqual([0.25, 0.25]);
  });

  it('depend on the seed alone', async () => {
    const first = await draw(initializers.heNormal(), [4, 5], 7);
    expect(await draw(initializers.heNormal(), [4, 5], 7)).toEqual(first);
    expect(await draw(initializers.heNormal(), [4, 5], 8)).not.toEqual(first);
  });

  it('float64 and float32 draw the same numbers', async () => {
    const single = await draw(initializers.normal(1), [64], 3);
    const double = await draw(initializers.normal(1), [64], 3, 'float64');
    expect(single).toEqual(double.map(Math.fround));
  });
});

describe('rejects', () => {
  it.each([
    [() => initializers.constant(Number.NaN), 'constant: value must be a finite number, but received NaN'],
    [() => initializers.uniform(1, 0), 'uniform: low must not exceed high, but received 1 and 0'],
    [() => initializers.normal(-1), 'normal: standardDeviation must be a finite number of at least 0, but received -1'],
    [
      () => initializers.truncatedNormal(1, Number.POSITIVE_INFINITY),
      'truncatedNormal: mean must be a finite number, but received Infinity',
    ],
    [
      () => initializers.heNormal('fan_in' as never),
      "heNormal: mode must be one of 'fanIn', 'fanOut', but received 'fan_in'",
    ],
    [() => initializers.kaimingUniform(Number.NaN), 'kaimingUniform: a must be a finite number, but received NaN'],
  ])('%#', (call, message) => {
    expect(call).toThrow(new ArgumentError(message));
  });
});
