import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { setThreads, systemInfo } from '../../lib/native.js';
import type { ConvAlgorithm } from '../../lib/ops/conv_algorithm.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { type Padding, window2d } from '../../lib/tensor/padding.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { channelSums, count, expectExact, type FloatType, filled, integers } from '../support/convolution.js';
import { convolve, convolveFilterGradient, convolveInputGradient, relativeError } from '../support/references.js';
import { noise } from '../support/tensors.js';

interface Case {
  readonly kernel: number;
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
  readonly padding: Padding;
}

/** What there is: F(2×2, 3×3), F(4×4, 3×3), F(2×2, 5×5). */
const minimal = [
  { algorithm: 'winograd2', kernel: 3 },
  { algorithm: 'winograd4', kernel: 3 },
  { algorithm: 'winograd2', kernel: 5 },
] as const;

/** Output and gradients by x and filter, with bias, its gradient and ReLU or without. */
async function run(
  c: Case,
  dtype: FloatType,
  algorithm: ConvAlgorithm,
  epilogue = false,
): Promise<ArrayLike<number>[]> {
  const x = filled([c.batch, ...c.size, c.channels], 1, dtype, single);
  const filter = filled([c.kernel, c.kernel, c.channels, c.filters], 2, dtype, single);
  const bias = filled([c.filters], 3, dtype, single);
  const options = epilogue ? ({ bias, activation: 'relu' } as const) : {};
  const { value, gradients } = pullback(
    'test',
    () => conv2d(x, filter, { padding: c.padding, algorithm, ...options }),
    epilogue ? [x, filter, bias] : [x, filter],
    (y) => filled(y.shape, 4, dtype, single),
  );
  return Promise.all([value, ...gradients].map((t) => t.data()));
}

/** The windows of a case. */
const windowsOf = ({ kernel, size, padding }: Case) =>
  window2d('test', ...size, { kernelSize: [kernel, kernel], strides: 1, dilations: 1, padding });

/** Tiles of so many pixels on a side that cover the output. */
function tilesOf(c: Case, side: number): number {
  const { height, width } = windowsOf(c);
  return c.batch * Math.ceil(height.out / side) * Math.ceil(width.out / side);
}

const maximum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/** The bytes, which compare faster than numbers. */
const bits = (arrays: readonly ArrayLike<number>[]) =>
  arrays.map((array) => Buffer.from((array as Float32Array).buffer).toString('base64'));

/** Numbers that float32 holds. */
const single = (length: number, seed: number) => noise(length, seed).map(Math.fround);

const paddings: Padding[] = ['valid', 'same', 'sameLower', 'full', 1, 3, { h: [0, 2], w: [3, 1] }];
const cases = fc
  .record({
    kernel: fc.constantFrom(3, 5),
    batch: fc.integer({ min: 1, max: 3 }),
    size: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
    channels: fc.constantFrom(1, 3, 8, 17, 33, 64),
    filters: fc.constantFrom(1, 3, 16, 17, 64, 70),
    padding: fc.constantFrom(...paddings),
  })
  .filter((c) => {
    try {
      windowsOf(c);
      return true;
    } catch {
      return false; // nothing to convolve
    }
  });

describe('conv2d by minimal filtering', () => {
  afterAll(() => setThreads(systemInfo().availableCpus));

  it('is exact on integers with 2×2 tiles of 3×3 kernels, whatever the shape, with its gradients', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom('float32' as const, 'float64' as const), async (drawn, dtype) => {
        const c = { ...drawn, kernel: 3 };
        const { height, width } = windowsOf(c);
        const reference = { before: [height.before, width.before], out: [height.out, width.out] } as const;
        const xShape = [c.batch, ...c.size, c.channels];
        const filterShape = [3, 3, c.channels, c.filters];
        const x = { shape: xShape, data: integers(count(xShape), 1) };
        const filter = { shape: filterShape, data: integers(count(filterShape), 2) };
        await expectExact(
          (a, b) => conv2d(a as never, b as never, { padding: c.padding, algorithm: 'winograd2' }),
          [filled(xShape, 1, dtype), filled(filterShape, 2, dtype)],
          (dy) => [
            convolve(x, filter, reference),
            convolveInputGradient(xShape, filter, dy, reference),
            convolveFilterGradient(x, filterShape, dy, reference),
          ],
        );
      }),
      { numRuns: 60 },
    );
  });

  it('rounds within the bound it states, and far below it in the mean', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const exact = await run(c, 'float64', 'direct');
        for (const [algorithm, kernel, side, ofOutput, ofFilter] of [
          ['winograd2', 3, 2, [8, 64, 1e-6], [6, 36, 2e-6]],
          ['winograd4', 3, 4, [18, 564, 2e-6], [16, 803, 4e-6]],
          ['winograd2', 5, 2, [18, 1132, 2e-6], [16, 363, 4e-6]],
        ] as const) {
          if (c.kernel !== kernel) continue;
          // of output, dx and dFilter: terms summed, roundings besides, the transforms' factor for numbers below 1; norm
          const bounds = [
            [c.channels, ...ofOutput],
            [c.filters, ...ofOutput],
            [tilesOf(c, side), ...ofFilter],
          ] as const;
          for (const [at, actual] of (await run(c, 'float32', algorithm)).entries()) {
            const [terms, more, times, norm] = bounds[at] as (typeof bounds)[number];
            const expected = exact[at] as Float64Array;
            const worst = maximum(expected.map((v, i) => (actual[i] as number) - v));
            expect(worst).toBeLessThan((terms + more) * 2 ** -24 * times * terms);
            if (expected.length > 100) expect(relativeError(actual as Float32Array, expected)).toBeLessThan(norm);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('sums the filter gradient over any number of blocks of tiles', async () => {
    const xShape = [9, 64, 65, 3];
    const x = filled(xShape, 1, 'float32');
    const bias = filled([5], 3, 'float32');
    for (const { algorithm, kernel } of minimal) {
      const filterShape = [kernel, kernel, 3, 5];
      const filter = filled(filterShape, 2, 'float32');
      const { value, gradients } = pullback(
        'test',
        () => conv2d(x, filter, { bias, padding: 'same', algorithm }),
        [filter, bias],
        (y) => filled(y.shape, 4, 'float32'),
      );
      const dy = integers(count(value.shape), 4);
      const reference = { before: [kernel >> 1, kernel >> 1], out: [64, 65] } as const;
      const expected = convolveFilterGradient({ shape: xShape, data: await x.data() }, filterShape, dy, reference);
      const [dFilter, dBias] = (await Promise.all(gradients.map((t) => t.data()))) as [Float32Array, Float32Array];
      if (algorithm === 'winograd2' && kernel === 3)
        expect(Array.from(dFilter, (v) => v + 0)).toEqual(Array.from(expected, (v) => v + 0));
      else expect(relativeError(dFilter, expected)).toBeLessThan(5e-6);
      expect(Array.from(dBias)).toEqual(Array.from(channelSums(dy, 5)));
    }
  });

  it('applies bias and ReLU as the output is written', async () => {
    for (const { algorithm, kernel } of minimal) {
      const c: Case = { kernel, batch: 2, size: [7, 10], channels: 33, filters: 50, padding: 'same' };
      const direct = await run(c, 'float32', 'direct', true);
      expect(Array.from(direct[0] as Float32Array).filter((v) => v === 0).length).toBeGreaterThan(1000);
      for (const [at, actual] of (await run(c, 'float32', algorithm, true)).entries())
        expect(relativeError(actual as Float32Array, direct[at] as Float32Array)).toBeLessThan(2e-6);
    }
  });

  it('gives the same as the direct algorithm in float64, whatever the shape, with its gradients', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async (c, epilogue) => {
        const direct = await run(c, 'float64', 'direct', epilogue);
        for (const { algorithm } of minimal.filter(({ kernel }) => kernel === c.kernel))
          for (const [at, actual] of (await run(c, 'float64', algorithm, epilogue)).entries()) {
            const expected = direct[at] as Float64Array;
            const worst = maximum(expected.map((v, i) => (actual[i] as number) - v));
            expect(worst).toBeLessThanOrEqual(1e-13 * maximum(expected));
          }
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same bits for every number of threads', async () => {
    for (const { algorithm, kernel } of minimal) {
      const c: Case = { kernel, batch: 7, size: [15, 14], channels: 40, filters: 70, padding: 'same' };
      setThreads(1);
      const once = bits(await run(c, 'float32', algorithm, true));
      for (const threads of [2, 3, 8]) {
        setThreads(threads);
        expect(bits(await run(c, 'float32', algorithm, true))).toEqual(once);
      }
    }
  });

  it('is the planner’s choice where it saves time, by shape and dtype alone', async () => {
    const choices: [Case, FloatType, ConvAlgorithm, ofFilter?: ConvAlgorithm][] = [
      [{ kernel: 3, batch: 4, size: [16, 16], channels: 64, filters: 64, padding: 'same' }, 'float32', 'winograd4'],
      [{ kernel: 3, batch: 2, size: [8, 8], channels: 128, filters: 128, padding: 'same' }, 'float32', 'winograd2', 'direct'],
      [{ kernel: 3, batch: 16, size: [6, 6], channels: 64, filters: 64, padding: 'same' }, 'float32', 'winograd2'],
      [{ kernel: 3, batch: 1, size: [5, 5], channels: 64, filters: 64, padding: 'same' }, 'float32', 'direct'],
      [{ kernel: 3, batch: 4, size: [16, 16], channels: 31, filters: 64, padding: 'same' }, 'float32', 'direct'],
      [{ kernel: 3, batch: 4, size: [16, 16], channels: 64, filters: 64, padding: 'same' }, 'float64', 'direct'],
      [{ kernel: 5, batch: 4, size: [16, 16], channels: 16, filters: 32, padding: 'same' }, 'float32', 'winograd2'],
      [{ kernel: 5, batch: 4, size: [7, 7], channels: 64, filters: 64, padding: 'same' }, 'float32', 'winograd2', 'direct'],
      [{ kernel: 5, batch: 1, size: [5, 5], channels: 64, filters: 64, padding: 'same' }, 'float32', 'direct'],
      [{ kernel: 5, batch: 4, size: [16, 16], channels: 15, filters: 32, padding: 'same' }, 'float32', 'direct'],
      [{ kernel: 5, batch: 4, size: [16, 16], channels: 64, filters: 64, padding: 'same' }, 'float64', 'direct'],
    ]; // biome-ignore format: a line per case
    for (const [c, dtype, algorithm, ofFilter = algorithm] of choices) {
      const chosen = bits(await run(c, dtype, 'auto'));
      const able = minimal.filter(({ kernel }) => kernel === c.kernel).map((of) => of.algorithm);
      for (const name of ['direct', ...able] as const) {
        const same = bits(await run(c, dtype, name)).map((array, at) => array === chosen[at]);
        expect(same).toEqual([name === algorithm, name === algorithm, name === ofFilter]);
      }
    }
  });

  it('accepts an empty batch', () => {
    for (const { algorithm, kernel } of minimal) {
      const filter = filled([kernel, kernel, 2, 4], 1, 'float32');
      const y = conv2d(tensor(new Float32Array(0), [0, 5, 6, 2]), filter, { algorithm });
      expect(y.shape).toEqual([0, 6 - kernel, 7 - kernel, 4]);
    }
  });

  const image = () => filled([1, 9, 9, 4], 1);
  const two = { algorithm: 'winograd2' } as const;
  it.each<[string, readonly number[], object, string]>([
    ['kernel', [5, 5, 4, 2], {}, "conv2d: algorithm 'winograd4' needs a 3×3 kernel, but the kernel is 5×5"],
    ['kernel with 2×2 tiles', [3, 5, 4, 2], two, "'winograd2' needs a 3×3 or 5×5 kernel, but the kernel is 3×5"],
    ['strides', [3, 3, 4, 2], { strides: [1, 2] }, 'needs strides 1, but strides are 1×2'],
    ['dilations', [3, 3, 4, 2], { dilations: 2 }, 'needs dilations 1, but dilations are 2×2'],
    ['groups', [3, 3, 2, 2], { groups: 2 }, 'needs groups 1, but groups are 2'],
  ])('says which %s it cannot do', (_, filterShape, options, message) => {
    const call = () => conv2d(image(), filled(filterShape, 2), { algorithm: 'winograd4', ...options });
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });

  it('rejects an algorithm there is not', () => {
    expect(() => conv2d(image(), filled([3, 3, 4, 2], 2), { algorithm: 'fft' } as object)).toThrow(
      "conv2d: algorithm must be one of 'auto', 'direct', 'winograd2', 'winograd4', but received 'fft'",
    );
  });
});
