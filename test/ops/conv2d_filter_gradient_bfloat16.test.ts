/** Gradients by filters, biases and weights of bfloat16 factors: sums in float32 of exact products, rounded nowhere else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import type { ConvAlgorithm } from '../../lib/ops/conv_algorithm.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { matmul } from '../../lib/ops/matmul.js';
import { window2d } from '../../lib/tensor/padding.js';
import { narrow, rounded, small, wide } from '../support/bfloat16.js';
import { channelSums, count } from '../support/convolution.js';
import { convolveFilterGradient, multiplyMatrices, relativeError, transposed } from '../support/references.js';
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
  readonly padding?: 'valid' | 'same' | 'sameLower' | 'full' | number;
  readonly groups?: number;
  readonly algorithm?: ConvAlgorithm;
}

type Data = (v: Float64Array) => Float64Array;
const nearest: Data = (v) => v.map(rounded);

/** The gradients of a case by filter and bias, and the sums they are of. */
async function bothSides(c: Case, data: Data = small) {
  const { batch = 3, size = [6, 5], channels, kernel = [3, 3], filters, groups = 1, algorithm = 'direct' } = c;
  const { strides = [1, 1], dilations = [1, 1], padding = 'same' } = c;
  const window = window2d('test', ...size, { kernelSize: kernel, strides, dilations, padding });
  const [xShape, filterShape] = [
    [batch, ...size, channels],
    [...kernel, channels / groups, filters],
  ];
  const x = data(noise(count(xShape), 1));
  const inputs = [wide(new Float64Array(count(filterShape)), filterShape), wide(new Float64Array(filters), [filters])];
  const [filter, bias] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
  let dy = new Float64Array(0);
  const image = narrow(x, xShape);
  const { gradients } = pullback(
    'test',
    () => conv2d(image, filter, { bias, strides, dilations, padding, groups, algorithm }),
    inputs,
    (y) => {
      dy = Float64Array.from(data(noise(count(y.shape), 4)));
      return narrow(dy, y.shape);
    },
  );
  expect(gradients.map((t) => t.dtype)).toEqual(['float32', 'float32']);
  const [dFilter, dBias] = (await Promise.all(gradients.map(values))) as [number[], number[]];
  return {
    dFilter,
    dBias,
    expected: {
      dFilter: convolveFilterGradient({ shape: xShape, data: x }, filterShape, dy, {
        strides,
        dilations,
        groups,
        before: [window.height.before, window.width.before],
        out: [window.height.out, window.width.out],
      }),
      dBias: channelSums(dy, filters),
    },
  };
}

const plain = (sums: ArrayLike<number>) => Array.from(sums, (v) => v + 0);

async function expectExact(c: Case): Promise<void> {
  const { dFilter, dBias, expected } = await bothSides(c);
  expect(plain(dFilter)).toEqual(plain(expected.dFilter));
  expect(plain(dBias)).toEqual(plain(expected.dBias));
}

async function expectClose(c: Case, most: number): Promise<void> {
  const { dFilter, dBias, expected } = await bothSides(c, nearest);
  expect(relativeError(dFilter, expected.dFilter)).toBeLessThan(most);
  expect(relativeError(dBias, expected.dBias)).toBeLessThan(1e-6);
}

describe('filter gradient of conv2d of bfloat16', () => {
  it('is exact on integers for channels and filters around lines and tiles', async () => {
    for (const channels of [1, 3, 15, 16, 17, 33, 48, 100])
      for (const filters of [1, 8, 16, 17, 33, 48, 65]) await expectExact({ channels, filters });
  });

  it('is exact on integers whatever the geometry, with even and odd batches', async () => {
    const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.integer({ min: 1, max: 5 }),
          size: fc.tuple(fc.integer({ min: 9, max: 12 }), fc.integer({ min: 9, max: 12 })),
          kernel: pair(4),
          strides: pair(3),
          dilations: pair(2),
          padding: fc.constantFrom('valid' as const, 'same' as const, 'sameLower' as const, 'full' as const, 1),
          groups: fc.constantFrom(1, 1, 2, 3),
          channelsPerGroup: fc.constantFrom(1, 2, 3, 5, 8, 16, 17, 21, 53, 100),
          filtersPerGroup: fc.constantFrom(1, 2, 5, 16, 19, 33),
        }),
        ({ channelsPerGroup, filtersPerGroup, ...rest }) =>
          expectExact({ ...rest, channels: channelsPerGroup * rest.groups, filters: filtersPerGroup * rest.groups }),
      ),
      { numRuns: 60 },
    );
  });

  it('is exact on integers in 1×1 kernels, whose steps are all there is between pixels', async () => {
    const kernel = [1, 1] as const;
    for (const batch of [1, 2, 5]) {
      await expectExact({ batch, size: [9, 7], kernel, channels: 19, filters: 70 });
      await expectExact({ batch, size: [9, 8], kernel, channels: 40, filters: 33, strides: [2, 3], padding: 'valid' });
      await expectExact({ batch, size: [5, 4], kernel, channels: 32, filters: 16, padding: 1, strides: [2, 1] });
      await expectExact({ batch, size: [5, 4], kernel, channels: 12, filters: 40, groups: 2 });
    }
  });

  it('is exact on integers over many blocks of rows and of images, in parts that are added up', async () => {
    await expectExact({ batch: 5, size: [40, 33], channels: 4, filters: 24, kernel: [5, 5] });
    await expectExact({ batch: 3, size: [37, 20], channels: 130, filters: 66, kernel: [1, 2], padding: 'valid' });
    await expectExact({ batch: 41, size: [4, 4], channels: 65, filters: 20 });
    await expectExact({ batch: 70, size: [1, 1], channels: 300, filters: 30, kernel: [1, 1] });
  });

  it('is the float32 sum of exact products', async () => {
    await expectClose({ batch: 5, size: [13, 11], channels: 40, filters: 70 }, 1e-6);
    await expectClose({ batch: 4, size: [24, 24], channels: 3, filters: 32, kernel: [5, 5] }, 1e-6);
    await expectClose({ batch: 9, size: [9, 9], channels: 42, filters: 36, groups: 2, strides: [2, 1] }, 1e-6);
    await expectClose({ batch: 1, size: [15, 15], channels: 35, filters: 24, kernel: [1, 1] }, 1e-6);
  });

  it('is as good with minimal filtering, chosen or not, and of depthwise convolution', async () => {
    for (const algorithm of ['auto', 'winograd2', 'winograd4'] as const)
      await expectClose({ batch: 4, size: [16, 12], channels: 64, filters: 64, algorithm }, 1e-5);
    await expectClose({ channels: 24, filters: 24, groups: 24, algorithm: 'auto' }, 1e-6);
    for (const channels of [2, 15, 33, 64])
      await expectExact({
        channels,
        filters: channels,
        groups: channels,
        strides: [2, 1],
        dilations: [1, 2],
        kernel: [5, 3],
      });
  });

  it('gives the same bits for every number of threads', async () => {
    const cases: Case[] = [
      { batch: 9, size: [15, 9], channels: 37, filters: 40 },
      { batch: 4, size: [28, 28], channels: 3, filters: 17, kernel: [5, 5] },
      { batch: 15, size: [9, 13], channels: 64, filters: 40, kernel: [1, 1], algorithm: 'auto' },
      { batch: 4, size: [8, 8], channels: 32, filters: 40, algorithm: 'auto' },
    ];
    const run = async () =>
      (await Promise.all(cases.map((c) => bothSides(c, (v) => v)))).map(({ dFilter, dBias }) => [dFilter, dBias]);
    const [one, ...more] = await withThreads(run);
    for (const other of more) expect(other).toEqual(one);
  });

  it('is zero for an empty batch', async () => {
    const { dFilter, dBias } = await bothSides({ batch: 0, channels: 16, filters: 2 });
    expect([dFilter, dBias]).toEqual([Array(9 * 16 * 2).fill(0), [0, 0]]);
  });
});

describe('weight gradient of matmul of bfloat16', () => {
  async function weightGradient(samples: number, inputs: number, outputs: number, data: Data, transposeB = false) {
    const [x, dy] = [data(noise(samples * inputs, 1)), data(noise(samples * outputs, 2))];
    const w = wide(new Float64Array(inputs * outputs), transposeB ? [outputs, inputs] : [inputs, outputs]);
    const { gradients } = pullback(
      'test',
      () => matmul(narrow(x, [samples, inputs]), w, { transposeB }),
      [w],
      () => narrow(dy, [samples, outputs]),
    );
    const sums = await values(gradients[0] as typeof w);
    return {
      sums: transposeB ? transposed(sums, outputs, inputs) : sums,
      expected: multiplyMatrices(transposed(x, samples, inputs), dy, inputs, outputs, samples),
    };
  }

  it('is exact on integers around tiles, for even and odd batches, and where batches are cut', async () => {
    const sizes = [
      ...[1, 2, 3, 33].flatMap((samples) => [1, 17, 90].flatMap((n) => [1, 10, 65].map((m) => [samples, n, m]))),
      [1025, 40, 20],
      [2050, 17, 33],
    ] as [number, number, number][];
    for (const [samples, inputs, outputs] of sizes)
      for (const transposeB of [false, true]) {
        const { sums, expected } = await weightGradient(samples, inputs, outputs, small, transposeB);
        expect(plain(sums)).toEqual(plain(expected));
      }
  });

  it('is the float32 sum of exact products', async () => {
    const { sums, expected } = await weightGradient(129, 100, 70, nearest);
    expect(relativeError(sums, expected)).toBeLessThan(1e-6);
  });

  it('gives the same bits for every number of threads', async () => {
    const [one, ...more] = await withThreads(async () => (await weightGradient(37, 500, 100, (v) => v)).sums);
    for (const other of more) expect(other).toEqual(one);
  });
});
