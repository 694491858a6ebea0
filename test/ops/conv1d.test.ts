import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type Conv1dOptions, conv1d } from '../../lib/ops/conv1d.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { type Padding1d, window1d } from '../../lib/tensor/window1d.js';
import { channelSums, count, expectExact, filled, integers } from '../support/convolution.js';
import { convolve, convolveFilterGradient, convolveInputGradient } from '../support/references.js';
import { noise, values } from '../support/tensors.js';

describe('conv1d', () => {
  it('is exact on integers whatever the geometry, with its gradients, in float32 and float64', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          length: fc.integer({ min: 9, max: 40 }),
          kernelSize: fc.integer({ min: 1, max: 4 }),
          strides: fc.integer({ min: 1, max: 3 }),
          dilations: fc.integer({ min: 1, max: 2 }),
          padding: fc.constantFrom<Padding1d>(
            'valid',
            'same',
            'sameLower',
            'full',
            'causal',
            2,
            [0, 3],
            { total: 3 },
            {
              same: 'total',
            },
          ),
          groups: fc.constantFrom(1, 1, 2, 3),
          depth: fc.constantFrom(1, 2, 3, 16, 17),
          perGroup: fc.constantFrom(1, 2, 5, 16, 33),
          dtype: fc.constantFrom('float32' as const, 'float64' as const),
        }),
        async ({ length, kernelSize, depth, perGroup, dtype, ...rest }) => {
          const window = window1d('test', length, { kernelSize, ...rest });
          const filters = perGroup * rest.groups;
          const [xShape, filterShape] = [
            [2, length, depth * rest.groups],
            [kernelSize, depth, filters],
          ];
          const imageShape = [2, 1, length, depth * rest.groups];
          const k = { shape: [1, ...filterShape], data: integers(count(filterShape), 2) };
          const image = { shape: imageShape, data: integers(count(xShape), 1) };
          const reference = {
            strides: [1, rest.strides],
            dilations: [1, rest.dilations],
            groups: rest.groups,
            before: [0, window.before],
            out: [1, window.out],
          } as const;
          await expectExact(
            (x, filter, bias) => conv1d(x as Tensor, filter as Tensor, { ...rest, bias: bias as Tensor }),
            [filled(xShape, 1, dtype), filled(filterShape, 2, dtype), filled([filters], 3, dtype)],
            (dy) => [
              convolve(image, k, reference).map((v, at) => v + (integers(filters, 3)[at % filters] as number)),
              convolveInputGradient(imageShape, k, dy, reference),
              convolveFilterGradient(image, k.shape, dy, reference),
              channelSums(dy, filters),
            ],
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('lets no output see later inputs when padding is causal', async () => {
    const x = noise(20, 1);
    const changed = x.map((v, at) => (at >= 12 ? v + 1 : v));
    const [y, z] = await Promise.all(
      [x, changed].map((data) =>
        values(conv1d(tensor(data, [1, 20, 1]), tensor(noise(3, 2), [3, 1, 1]), { padding: 'causal', dilations: 2 })),
      ),
    );
    expect(y).toHaveLength(20);
    expect(z?.slice(0, 12)).toEqual(y?.slice(0, 12));
    expect(z?.[12]).not.toBe(y?.[12]);
  });

  it('flips the kernel on request', async () => {
    const [x, k] = [tensor([1, 2, 3], [1, 3, 1]), tensor([0, 1, 0.5], [3, 1, 1])];
    expect(await values(conv1d(x, k, { padding: 'full', flip: true }))).toEqual([0, 1, 2.5, 4, 1.5]);
    expect(await values(conv1d(x, k, { padding: 'full' }))).toEqual([0.5, 2, 3.5, 3, 0]);
  });

  it('has the gradients that differences give, activation and flip included', async () => {
    for (const options of [{ activation: 'relu' }, { flip: true, strides: 2 }] satisfies Conv1dOptions[])
      await checkGradient(
        (x, filter, bias) => conv1d(x, filter, { ...options, bias, padding: 'same' }),
        [filled([2, 9, 3], 5, 'float64', noise), filled([3, 3, 4], 6, 'float64', noise), tensor(noise(4, 7))],
      );
  });

  const [x, filter] = [filled([1, 5, 2], 1), filled([3, 2, 4], 2)];
  it.each<[string, () => unknown, string]>([
    [
      'channels that differ',
      () => conv1d(filled([1, 5, 3], 1), filter),
      'conv1d: input has 3 channels, filter [3, 2, 4] expects 2',
    ],
    [
      'a kernel larger than the input',
      () => conv1d(x, filled([6, 2, 1], 1)),
      "conv1d: kernel 6 is larger than the input's length 5",
    ],
    [
      'an image',
      () => conv1d(filled([1, 5, 5, 2], 1), filter),
      'conv1d: x must have 3 axes [batch, length, channels], but has shape [1, 5, 5, 2]',
    ],
    ['a pair of strides', () => conv1d(x, filter, { strides: [1, 2] as never }), 'conv1d: strides must be a positive'],
    [
      'the padding of images',
      () => conv1d(x, filter, { padding: { h: [0, 0], w: [1, 1] } as never }),
      "conv1d: padding must be 'valid', 'same', 'sameLower', 'full', 'causal', n, [before, after], { total }",
    ],
    ['an unknown option', () => conv1d(x, filter, { stride: 2 } as object), "conv1d: unknown option 'stride'"],
  ])('rejects %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
