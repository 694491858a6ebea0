import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { add } from '../../lib/ops/add.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { type Conv2dTransposeOptions, conv2dTranspose } from '../../lib/ops/conv2d_transpose.js';
import { relu } from '../../lib/ops/relu.js';
import type { Padding } from '../../lib/tensor/padding.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { transposedWindow2d } from '../../lib/tensor/transposed_window.js';
import { channelSums, count, expectExact, type FloatType, filled, inner, integers } from '../support/convolution.js';
import { convolve, convolveFilterGradient, convolveInputGradient } from '../support/references.js';
import { noise, values } from '../support/tensors.js';

interface Case {
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
  readonly outputPadding: readonly [number, number];
  readonly groups: number;
  readonly channels: number;
  readonly filters: number;
}

/** The op, its gradients and its bias against the convolution it is the transpose of. */
async function checkCase({ size, kernel, channels, filters, ...rest }: Case, dtype: FloatType): Promise<void> {
  const { height, width } = transposedWindow2d('test', ...size, { kernelSize: kernel, ...rest });
  const reference = {
    strides: rest.strides,
    dilations: rest.dilations,
    groups: rest.groups,
    before: [height.before, width.before],
    out: size,
  } as const;
  const xShape = [2, ...size, channels];
  const filterShape = [...kernel, filters / rest.groups, channels];
  const yShape = [2, height.input, width.input, filters];
  const [x, filter, bias] = [filled(xShape, 1, dtype), filled(filterShape, 2, dtype), filled([filters], 3, dtype)];
  const k = { shape: filterShape, data: integers(count(filterShape), 2) };
  await expectExact(
    (a, b, c) => conv2dTranspose(a as typeof x, b as typeof x, { ...rest, bias: c as typeof x }),
    [x, filter, bias],
    (dy) => [
      convolveInputGradient(yShape, k, integers(count(xShape), 1), reference).map(
        (v, at) => v + (integers(filters, 3)[at % filters] as number),
      ),
      convolve({ shape: yShape, data: dy }, k, reference),
      convolveFilterGradient({ shape: yShape, data: dy }, filterShape, integers(count(xShape), 1), reference),
      channelSums(dy, filters),
    ],
  );
}

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const geometries = fc
  .record({
    size: pair(2, 6),
    kernel: pair(1, 4),
    strides: pair(1, 3),
    dilations: pair(1, 2),
    padding: fc.constantFrom<Padding>('valid', 'same', 'sameLower', 'causal', 1, { total: [1, 2] }, { same: 'total' }),
    more: pair(0, 2),
    groups: fc.constantFrom(1, 1, 2, 3),
  })
  .map(({ more, ...rest }) => ({
    ...rest,
    outputPadding: (rest.padding === 'same' || rest.padding === 'sameLower'
      ? [0, 0]
      : more.map((extra, axis) => Math.min(extra, (rest.strides[axis] as number) - 1))) as unknown as [number, number],
  }))
  .filter(({ size, kernel, ...rest }) => {
    try {
      transposedWindow2d('test', ...size, { kernelSize: kernel, ...rest });
      return true;
    } catch {
      return false; // everything padded away
    }
  });

describe('conv2dTranspose', () => {
  it('is exact on integers whatever the geometry, with its gradients, in float32 and float64', async () => {
    await fc.assert(
      fc.asyncProperty(
        geometries,
        fc.constantFrom(1, 2, 3, 8, 16, 17, 33),
        fc.constantFrom(1, 2, 5, 16, 19),
        fc.constantFrom('float32' as const, 'float64' as const),
        (c, channels, filters, dtype) =>
          checkCase({ ...c, channels: channels * c.groups, filters: filters * c.groups }, dtype),
      ),
      { numRuns: 100 },
    );
  });

  it('is the transpose of conv2d: ⟨conv2d(v, k), x⟩ = ⟨v, conv2dTranspose(x, k)⟩', async () => {
    await fc.assert(
      fc.asyncProperty(geometries, async ({ size, kernel, outputPadding, ...rest }) => {
        const x = filled([2, ...size, 3 * rest.groups], 1, 'float64', noise);
        const filter = filled([...kernel, 2, 3 * rest.groups], 2, 'float64', noise);
        const y = conv2dTranspose(x, filter, { ...rest, outputPadding });
        const v = filled(y.shape, 3, 'float64', noise);
        const [left, right] = [await inner(conv2d(v, filter, rest), x), await inner(v, y)];
        expect(Math.abs(left - right)).toBeLessThan(1e-12 * (1 + Math.abs(left)));
      }),
      { numRuns: 100 },
    );
  });

  it('fuses relu: bit for bit relu of the sums, with its gradients, also where no tap reaches', async () => {
    await fc.assert(
      fc.asyncProperty(geometries, fc.constantFrom(1, 3, 16, 19), async ({ size, kernel, ...rest }, filters) => {
        const inputs = [
          filled([2, ...size, 5 * rest.groups], 1, 'float32'),
          filled([...kernel, filters, 5 * rest.groups], 2, 'float32'),
          filled([filters * rest.groups], 3, 'float32'),
        ] as const;
        const [x, filter, bias] = inputs;
        const run = async (f: () => Tensor) => {
          const { value, gradients } = pullback('test', f, inputs, ({ shape }) => filled(shape, 9, 'float32'));
          return Promise.all([value, ...gradients].map(values));
        };
        const fused = await run(() => conv2dTranspose(x, filter, { ...rest, bias, activation: 'relu' }));
        expect(fused).toEqual(await run(() => relu(add(conv2dTranspose(x, filter, rest), bias))));
      }),
      { numRuns: 50 },
    );
  });

  it.each<[Conv2dTransposeOptions, number]>([
    [{}, 6],
    [{ strides: 2 }, 9],
    [{ strides: 2, padding: 1 }, 7],
    [{ strides: 2, padding: 1, outputPadding: 1 }, 8],
    [{ strides: 2, padding: 'same' }, 8],
    [{ strides: 3, padding: 'same' }, 12],
    [{ strides: 4, padding: 'same' }, 16],
    [{ strides: 2, dilations: 2 }, 11],
    [{ padding: 'full' }, 2],
    [{ padding: { h: [2, 0], w: [0, 2] } }, 4],
  ])('has the extent (i − 1)·s + e − p + outputPadding: %j', (options, extent) => {
    const y = conv2dTranspose(filled([1, 4, 4, 2], 1), filled([3, 3, 5, 2], 2), options);
    expect(y.shape).toEqual([1, extent, extent, 5]);
  });

  it('spreads a single pixel as the kernel, unflipped', async () => {
    const kernel = integers(9, 4);
    const y = conv2dTranspose(tensor([1], [1, 1, 1, 1], 'float64'), tensor([...kernel], [3, 3, 1, 1], 'float64'));
    expect(await values(y)).toEqual([...kernel]);
  });

  it('has the gradients that differences give', async () => {
    await checkGradient(
      (x, filter, bias) =>
        conv2dTranspose(x, filter, { bias, strides: [2, 3], padding: 1, outputPadding: [1, 2], groups: 2 }),
      [filled([2, 3, 4, 4], 1, 'float64', noise), filled([3, 3, 3, 4], 2, 'float64', noise), tensor(noise(6, 3))],
    );
  });

  const x = () => filled([1, 4, 4, 4], 1);
  const filter = () => filled([3, 3, 5, 4], 2);
  it.each<[string, () => unknown, string]>([
    [
      'channels that differ',
      () => conv2dTranspose(filled([1, 4, 4, 3], 1), filter()),
      'conv2dTranspose: input has 3 channels, filter [3, 3, 5, 4] expects 4',
    ],
    [
      'groups that do not divide',
      () => conv2dTranspose(x(), filter(), { groups: 3 }),
      'conv2dTranspose: 3 groups do not divide the 4 channels of the input',
    ],
    [
      'output padding of a stride',
      () => conv2dTranspose(x(), filter(), { strides: 2, outputPadding: 2 }),
      'conv2dTranspose: outputPadding must be smaller than the stride 2, but received 2',
    ],
    [
      'output padding beside same',
      () => conv2dTranspose(x(), filter(), { strides: 2, padding: 'same', outputPadding: 1 }),
      "conv2dTranspose: padding 'same' fixes the output, so outputPadding must be 0",
    ],
    [
      'padding that leaves nothing',
      () => conv2dTranspose(x(), filter(), { padding: 3 }),
      "conv2dTranspose: 6 of padding leave nothing of the output's height 6",
    ],
    [
      'a bias of another length',
      () => conv2dTranspose(x(), filter(), { bias: filled([4], 3) }),
      'conv2dTranspose: bias must have shape [5], but has [4]',
    ],
    ['stride 0', () => conv2dTranspose(x(), filter(), { strides: 0 }), 'conv2dTranspose: strides must be a positive'],
    [
      'an unknown option',
      () => conv2dTranspose(x(), filter(), { flip: true } as object),
      "conv2dTranspose: unknown option 'flip'",
    ],
    [
      'an activation that is not fused',
      () => conv2dTranspose(x(), filter(), { activation: 'gelu' } as object),
      "conv2dTranspose: activation must be one of 'none', 'relu', but received 'gelu'",
    ],
  ])('rejects %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
