/** Convolution of bfloat16 images: exact where every sum is, else one rounding away; with float32 filters and biases. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import type { ConvAlgorithm } from '../../lib/ops/conv_algorithm.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { window2d } from '../../lib/tensor/padding.js';
import { excess, narrow, rounded, small, wide } from '../support/bfloat16.js';
import { count } from '../support/convolution.js';
import { convolve, convolveInputGradient } from '../support/references.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

interface Case {
  readonly batch?: number;
  readonly size?: readonly [number, number];
  readonly channels: number;
  readonly kernel?: readonly [number, number];
  readonly filters: number;
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly padding?: 'valid' | 'same' | 'full' | number;
  readonly groups?: number;
  readonly algorithm?: ConvAlgorithm;
}

/** Output and input gradient of a case; `sums` is what float64 makes of the same numbers, or of their absolute values. */
async function bothSides(c: Case, data: (v: Float64Array) => Float64Array = small) {
  const { batch = 2, size = [5, 4], channels, kernel = [3, 3], filters, groups = 1, algorithm = 'direct' } = c;
  const { strides = [1, 1], dilations = [1, 1], padding = 'same' } = c;
  const window = window2d('test', ...size, { kernelSize: kernel, strides, dilations, padding });
  const reference = {
    strides,
    dilations,
    groups,
    before: [window.height.before, window.width.before],
    out: [window.height.out, window.width.out],
  } as const;
  const [xShape, filterShape] = [
    [batch, ...size, channels],
    [...kernel, channels / groups, filters],
  ];
  const [x, filter, bias] = [
    data(noise(count(xShape), 1)),
    data(noise(count(filterShape), 2)),
    data(noise(filters, 3)),
  ];
  let dy = new Float64Array(0);
  const image = narrow(x, xShape);
  const { value, gradients } = pullback(
    'test',
    () =>
      conv2d(image, wide(filter, filterShape), {
        bias: wide(bias, [filters]),
        strides,
        dilations,
        padding,
        groups,
        algorithm,
      }),
    [image],
    (y) => {
      dy = Float64Array.from(data(noise(count(y.shape), 4)));
      return narrow(dy, y.shape);
    },
  );
  const sums = (map: (v: number) => number) => ({
    y: convolve({ shape: xShape, data: x.map(map) }, { shape: filterShape, data: filter.map(map) }, reference).map(
      (v, at) => v + map(bias[at % filters] as number),
    ),
    dx: convolveInputGradient(xShape, { shape: filterShape, data: filter.map(map) }, dy.map(map), reference),
  });
  expect([value.dtype, gradients[0]?.dtype]).toEqual(['bfloat16', 'bfloat16']);
  return {
    y: await values(value),
    dx: await values(gradients[0] as typeof value),
    sums,
    terms: [count(kernel) * (channels / groups) + 1, count(kernel) * (filters / groups)] as const,
  };
}

async function expectExact(c: Case): Promise<void> {
  const { y, dx, sums } = await bothSides(c);
  const expected = sums((v) => v);
  expect(y).toEqual(Array.from(expected.y, (v) => rounded(v) + 0));
  expect(dx).toEqual(Array.from(expected.dx, (v) => rounded(v) + 0));
}

async function expectClose(c: Case, factorRounded = true): Promise<void> {
  const { y, dx, sums, terms } = await bothSides(c, (v) => v.map(rounded));
  const [expected, magnitudes] = [sums((v) => v), sums(Math.abs)];
  expect(excess(y, expected.y, magnitudes.y, terms[0], factorRounded)).toBeLessThanOrEqual(0);
  expect(excess(dx, expected.dx, magnitudes.dx, terms[1], factorRounded)).toBeLessThanOrEqual(0);
}

describe('conv2d of bfloat16', () => {
  it('is exact on integers for channels and filters around tiles and pairs', async () => {
    for (const channels of [1, 3, 15, 16, 17, 31, 32, 33, 48, 65])
      for (const filters of [1, 8, 16, 17, 33, 48, 65])
        await expectExact({ batch: 1, size: [5, 3], kernel: [2, 3], channels, filters });
  });

  it('is exact on integers whatever the geometry', async () => {
    const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          size: fc.tuple(fc.integer({ min: 9, max: 12 }), fc.integer({ min: 9, max: 12 })),
          kernel: pair(4),
          strides: pair(3),
          dilations: pair(2),
          padding: fc.constantFrom('valid' as const, 'same' as const, 'full' as const, 1),
          groups: fc.constantFrom(1, 1, 2, 3),
          channelsPerGroup: fc.constantFrom(1, 2, 3, 8, 16, 17, 21),
          filtersPerGroup: fc.constantFrom(1, 2, 5, 16, 19, 33),
        }),
        ({ channelsPerGroup, filtersPerGroup, ...rest }) =>
          expectExact({ ...rest, channels: channelsPerGroup * rest.groups, filters: filtersPerGroup * rest.groups }),
      ),
      { numRuns: 40 },
    );
  });

  it('is exact on integers in sequences, in 1×1 kernels, and where a panel is larger than caches', async () => {
    await expectExact({ size: [1, 37], kernel: [1, 5], channels: 33, filters: 20 });
    await expectExact({ size: [9, 7], kernel: [1, 1], channels: 19, filters: 70 });
    await expectExact({ batch: 1, size: [2, 4], kernel: [1, 1], channels: 4501, filters: 18 });
    await expectExact({ batch: 1, size: [2, 3], channels: 601, filters: 17 });
  });

  it('rounds factors and the finished sum, and nothing between', async () => {
    await expectClose({ size: [7, 6], channels: 40, filters: 70 });
    await expectClose({ size: [13, 11], channels: 35, filters: 24, kernel: [1, 1] });
    await expectClose({ size: [9, 9], channels: 42, filters: 36, groups: 2, strides: [2, 1], kernel: [5, 2] });
    await expectClose({ batch: 1, size: [2, 2], channels: 1025, filters: 17 });
  });

  it('is as close with minimal filtering, chosen or not, and with kernels of float32', async () => {
    for (const algorithm of ['auto', 'winograd2', 'winograd4'] as const)
      await expectClose({ batch: 1, size: [8, 9], channels: 40, filters: 48, algorithm }, false);
    await expectClose({ channels: 3, filters: 24, algorithm: 'auto' }, false);
    await expectClose({ channels: 24, filters: 24, groups: 24, algorithm: 'auto' }, false);
  });

  it('leaves alone what lies behind an odd number of channels', async () => {
    const [channels, filters] = [33, 20];
    const x = noise(6 * channels, 5);
    x.fill(Number.NaN, 3 * channels, 4 * channels);
    const y = await values(
      conv2d(narrow(x, [1, 1, 6, channels]), wide(noise(channels * filters, 6), [1, 1, channels, filters]), {
        algorithm: 'direct',
      }),
    );
    const nan = Array.from({ length: 6 }, (_, pixel) =>
      y.slice(pixel * filters, (pixel + 1) * filters).map(Number.isNaN),
    );
    expect(nan).toEqual([false, false, false, true, false, false].map((is) => Array(filters).fill(is)));
  });

  it('gives the same bits for every number of threads', async () => {
    const cases: Case[] = [
      { batch: 5, size: [9, 13], channels: 37, filters: 70 },
      { batch: 5, size: [9, 13], channels: 64, filters: 40, kernel: [1, 1], algorithm: 'auto' },
      { batch: 2, size: [12, 12], channels: 32, filters: 64, algorithm: 'winograd4' },
    ];
    const run = () => Promise.all(cases.map((c) => bothSides(c, (v) => v).then(({ y, dx }) => [y, dx])));
    const [one, ...more] = await withThreads(run);
    for (const other of more) expect(other).toEqual(one);
  });

  it('applies bias and ReLU before it rounds', async () => {
    const x = narrow(noise(5 * 5 * 20, 7), [1, 5, 5, 20]);
    const filter = wide(noise(9 * 20 * 18, 8), [3, 3, 20, 18]);
    const bias = wide(noise(18, 9), [18]);
    const sums = await values(conv2d(x, filter, { bias }));
    expect(await values(conv2d(x, filter, { bias, activation: 'relu' }))).toEqual(sums.map((v) => Math.max(v, 0)));
  });

  it('accepts an empty batch', () => {
    expect(conv2d(narrow([], [0, 5, 5, 16]), wide(noise(9 * 32), [3, 3, 16, 2])).shape).toEqual([0, 3, 3, 2]);
  });
});
