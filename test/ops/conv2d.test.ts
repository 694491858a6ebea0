import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { setThreads, systemInfo } from '../../lib/native.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { type Window2d, window2d } from '../../lib/tensor/padding.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import {
  type ConvolutionReference,
  convolve,
  convolveFilterGradient,
  convolveInputGradient,
  relativeError,
} from '../support/references.js';
import { noise, values } from '../support/tensors.js';

interface Case {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly filters: number;
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: 'valid' | 'same' | 'sameLower' | 'full' | number;
  readonly groups: number;
}

const plain = {
  batch: 2,
  size: [7, 6],
  kernel: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  padding: 'same',
  groups: 1,
} as const;

function geometry(c: Case): {
  window: Window2d;
  reference: ConvolutionReference;
  xShape: number[];
  filterShape: number[];
} {
  const window = window2d('test', c.size[0], c.size[1], {
    kernelSize: c.kernel,
    strides: c.strides,
    dilations: c.dilations,
    padding: c.padding,
  });
  return {
    window,
    reference: {
      strides: c.strides,
      dilations: c.dilations,
      groups: c.groups,
      before: [window.height.before, window.width.before],
      out: [window.height.out, window.width.out],
    },
    xShape: [c.batch, ...c.size, c.channels],
    filterShape: [...c.kernel, c.channels / c.groups, c.filters],
  };
}

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const integers = (length: number, seed: number) => noise(length, seed).map((v) => Math.round(v * 4));

/** The op's output and all gradients for integer data, next to the reference's. */
async function bothSides(c: Case, dtype: 'float32' | 'float64', data = integers) {
  const { reference, xShape, filterShape } = geometry(c);
  const [x, filter, bias] = [data(count(xShape), 1), data(count(filterShape), 2), data(c.filters, 3)];
  const tensors = [
    tensor([...x], xShape, dtype),
    tensor([...filter], filterShape, dtype),
    tensor([...bias], [c.filters], dtype),
  ] as const;
  const options = { strides: c.strides, dilations: c.dilations, padding: c.padding, groups: c.groups };
  let dy = new Float64Array(0);
  const { value, gradients } = pullback(
    'test',
    () => conv2d(tensors[0], tensors[1], { ...options, bias: tensors[2] }),
    tensors,
    (y) => {
      dy = data(count(y.shape), 4);
      return tensor([...dy], y.shape, dtype);
    },
  );
  const y = convolve({ shape: xShape, data: x }, { shape: filterShape, data: filter }, reference);
  const dBias = new Float64Array(c.filters);
  for (let at = 0; at < dy.length; at++) dBias[at % c.filters] = (dBias[at % c.filters] as number) + (dy[at] as number);
  return {
    actual: await Promise.all([value, ...gradients].map((t) => t.data())),
    expected: [
      y.map((v, at) => v + (bias[at % c.filters] as number)),
      convolveInputGradient(xShape, { shape: filterShape, data: filter }, dy, reference),
      convolveFilterGradient({ shape: xShape, data: x }, filterShape, dy, reference),
      dBias,
    ],
  };
}

const channelCounts = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65];

describe('conv2d', () => {
  afterAll(() => setThreads(systemInfo().availableCpus));

  it('is exact on integers for channels and filters around the vector width', async () => {
    for (const channels of channelCounts)
      for (const filters of [1, 3, 4, 8, 16, 17, 24, 32, 48, 64, 65]) {
        const { actual, expected } = await bothSides({ ...plain, channels, filters }, 'float32');
        for (const [at, array] of expected.entries())
          expect(Array.from(actual[at] as Float32Array)).toEqual(Array.from(array, (v) => v + 0));
      }
  });

  it('is exact on integers whatever the geometry, in float32 and float64', async () => {
    const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          size: fc.tuple(fc.integer({ min: 9, max: 14 }), fc.integer({ min: 9, max: 14 })),
          kernel: pair(4),
          strides: pair(3),
          dilations: pair(2),
          padding: fc.constantFrom('valid' as const, 'same' as const, 'sameLower' as const, 'full' as const, 1, 2),
          groups: fc.constantFrom(1, 1, 1, 2, 3),
          channelsPerGroup: fc.constantFrom(1, 2, 3, 5, 8, 16, 17, 20, 53),
          filtersPerGroup: fc.constantFrom(1, 2, 4, 6, 16, 19, 33),
          dtype: fc.constantFrom('float32' as const, 'float64' as const),
        }),
        async ({ channelsPerGroup, filtersPerGroup, dtype, ...rest }) => {
          const c = { ...rest, channels: channelsPerGroup * rest.groups, filters: filtersPerGroup * rest.groups };
          const { actual, expected } = await bothSides(c, dtype);
          for (const [at, array] of expected.entries())
            expect(Array.from(actual[at] as Float32Array)).toEqual(Array.from(array, (v) => v + 0));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('convolves every channel apart when there are as many groups as channels', async () => {
    for (const channels of [3, 8, 16, 17, 40, 133])
      for (const geometry of [
        {},
        { strides: [2, 1] },
        { size: [6, 21], kernel: [5, 6], strides: [1, 2], dilations: [1, 2], padding: 'full' },
      ] as const)
        for (const multiplier of [1, 2]) {
          const { actual, expected } = await bothSides(
            { ...plain, ...geometry, channels, groups: channels, filters: channels * multiplier },
            'float32',
          );
          for (const [at, array] of expected.entries())
            expect(Array.from(actual[at] as Float32Array)).toEqual(Array.from(array, (v) => v + 0));
        }
  });

  it('writes what exceeds the caches past them: a batch is what its images are', async () => {
    const image = [128, 128, 256];
    const bytes = (y: Float32Array) => Buffer.from(y.buffer, y.byteOffset, y.byteLength);
    const [first, second] = [1, 2].map((seed) => Float32Array.from(noise(count(image), seed))) as [
      Float32Array,
      Float32Array,
    ];
    const filter = tensor(Float32Array.from(noise(2304, 3)), [3, 3, 1, 256]);
    const run = async (x: Float32Array, batch: number) =>
      (await conv2d(tensor(x, [batch, ...image]), filter, { padding: 'same', groups: 256 }).data()) as Float32Array;
    const both = new Float32Array(2 * first.length);
    both.set(first);
    both.set(second, first.length);
    const apart = Buffer.concat([bytes(await run(first, 1)), bytes(await run(second, 1))]);
    expect(bytes(await run(both, 2)).equals(apart)).toBe(true);
  });

  it('is exact where the gradient of thin images is put together from strips and blocks of rows', async () => {
    for (const geometry of [
      { channels: 3 },
      { channels: 1, strides: [2, 3], padding: 2 },
      { channels: 2, kernel: [3, 2], strides: [3, 1], dilations: [2, 5], padding: 'full' },
      { channels: 4, kernel: [2, 2], strides: [3, 3], padding: 'valid' },
    ] as const) {
      const c = { ...plain, batch: 1, size: [170, 41], kernel: [5, 4], filters: 16, ...geometry } as const;
      for (const threads of [2, 3]) {
        setThreads(threads);
        const { actual, expected } = await bothSides(c, 'float32');
        for (const [at, array] of expected.entries())
          expect(Array.from(actual[at] as Float32Array)).toEqual(Array.from(array, (v) => v + 0));
      }
    }
  });

  it('stays within rounding of the reference on random data', async () => {
    for (const [dtype, bound] of [
      ['float32', 1e-6],
      ['float64', 1e-14],
    ] as const) {
      const { actual, expected } = await bothSides(
        { ...plain, size: [17, 19], channels: 40, filters: 70 },
        dtype,
        noise,
      );
      for (const [at, array] of expected.entries())
        expect(relativeError(actual[at] as Float32Array, array)).toBeLessThan(bound);
    }
  });

  it('gives the same bits for every number of threads', async () => {
    const run = async (threads: number) => {
      setThreads(threads);
      const cases = [24, 3].map((channels) => ({ ...plain, batch: 9, size: [15, 13] as const, channels, filters: 40 }));
      return Promise.all(cases.map(async (c) => (await bothSides(c, 'float32', noise)).actual));
    };
    const once = await run(1);
    for (const threads of [2, 3, 8]) expect(await run(threads)).toEqual(once);
  });

  it('has the gradients that differences give, activation included', async () => {
    for (const activation of ['none', 'relu'] as const) {
      const inputs = [
        tensor(noise(2 * 6 * 5 * 3, 5), [2, 6, 5, 3]),
        tensor(noise(3 * 2 * 3 * 4, 6), [3, 2, 3, 4]),
        tensor(noise(4, 7)),
      ] satisfies [Tensor, Tensor, Tensor];
      const f = (x: Tensor, filter: Tensor, bias: Tensor) =>
        conv2d(x, filter, { bias, strides: [2, 1], padding: 'same', activation });
      await checkGradient(f, inputs);
    }
  });

  it('applies bias and ReLU as the output is written', async () => {
    const x = tensor([...noise(50)], [1, 5, 5, 2]);
    const filter = tensor([...noise(36)], [3, 3, 2, 2]);
    const bias = tensor([0.5, -0.5]);
    const sums = await values(conv2d(x, filter, { bias }));
    expect(await values(conv2d(x, filter, { bias, activation: 'relu' }))).toEqual(sums.map((v) => Math.max(v, 0)));
  });

  it('accepts an empty batch', async () => {
    expect(conv2d(tensor(new Float32Array(0), [0, 5, 5, 2]), tensor([...noise(36)], [3, 3, 2, 2])).shape).toEqual([
      0, 3, 3, 2,
    ]);
  });

  const x = () => tensor([...noise(50)], [1, 5, 5, 2]);
  const filter = () => tensor([...noise(36)], [3, 3, 2, 2]);
  it.each<[string, () => unknown, string]>([
    [
      'channels that differ',
      () => conv2d(tensor([...noise(75)], [1, 5, 5, 3]), filter()),
      'conv2d: input has 3 channels, filter [3, 3, 2, 2] expects 2',
    ],
    [
      'a kernel larger than the input',
      () => conv2d(x(), tensor([...noise(24)], [6, 1, 2, 2])),
      "conv2d: kernel 6 is larger than the input's height 5",
    ],
    [
      'groups that do not divide',
      () => conv2d(x(), tensor([...noise(27)], [3, 3, 1, 3]), { groups: 2 }),
      'conv2d: 2 groups do not divide the 3 filters of [3, 3, 1, 3]',
    ],
    [
      'a bias of another length',
      () => conv2d(x(), filter(), { bias: tensor([1]) }),
      'conv2d: bias must have shape [2], but has [1]',
    ],
    ['mixed dtypes', () => conv2d(x(), tensor(noise(36), [3, 3, 2, 2])), 'conv2d: filter is float64, but x is float32'],
    [
      'an image without batch',
      () => conv2d(tensor([...noise(50)], [5, 5, 2]), filter()),
      'conv2d: x must have 4 axes [batch, height, width, channels], but has shape [5, 5, 2]',
    ],
    [
      'stride 0',
      () => conv2d(x(), filter(), { strides: 0 }),
      'conv2d: strides must be a positive integer, but received 0',
    ],
    ['an unknown option', () => conv2d(x(), filter(), { stride: 2 } as object), "conv2d: unknown option 'stride'"],
  ])('rejects %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
