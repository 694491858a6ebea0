import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { depthwiseConv2d } from '../../lib/ops/depthwise_conv2d.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { channelSums, count, expectExact, filled, integers } from '../support/convolution.js';
import { convolve, convolveFilterGradient, convolveInputGradient } from '../support/references.js';
import { noise, values } from '../support/tensors.js';

describe('depthwiseConv2d', () => {
  it('is exact on images narrower than the reach of the kernel', async () => {
    for (const extent of [1, 2, 3])
      for (const strides of [1, 2, 3])
        for (const kernel of [1, 2, 3, 5]) {
          const channels = 17;
          const [xShape, filterShape] = [
            [1, 2, extent, channels],
            [1, kernel, channels, 1],
          ];
          const out = Math.ceil(extent / strides);
          const before = Math.floor(Math.max((out - 1) * strides + kernel - extent, 0) / 2);
          const x = { shape: xShape, data: integers(count(xShape), 1) };
          const k = { shape: [1, kernel, 1, channels], data: integers(count(filterShape), 2) };
          const y = depthwiseConv2d(filled(xShape, 1, 'float32'), filled(filterShape, 2, 'float32'), {
            strides: [1, strides],
            padding: 'same',
          });
          const expected = convolve(x, k, {
            strides: [1, strides],
            before: [0, before],
            groups: channels,
            out: [2, out],
          });
          expect(await values(y)).toEqual([...expected]);
        }
  });

  it('is exact on integers around the vector width, with its gradients', async () => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const channels of [1, 3, 8, 15, 16, 17, 33])
        for (const multiplier of [1, 2, 3]) {
          const filters = channels * multiplier;
          const [xShape, filterShape] = [
            [2, 6, 5, channels],
            [3, 2, channels, multiplier],
          ];
          const k = { shape: [3, 2, 1, filters], data: integers(count(filterShape), 2) };
          const x = { shape: xShape, data: integers(count(xShape), 1) };
          const reference = { strides: [1, 2], before: [1, 0], groups: channels, out: [6, 2] } as const;
          await expectExact(
            (a, b, bias) =>
              depthwiseConv2d(a as Tensor, b as Tensor, { bias: bias as Tensor, strides: [1, 2], padding: [1, 0] }),
            [filled(xShape, 1, dtype), filled(filterShape, 2, dtype), filled([filters], 3, dtype)],
            (dy) => [
              convolve(x, k, reference).map((v, at) => v + (integers(filters, 3)[at % filters] as number)),
              convolveInputGradient(xShape, k, dy, reference),
              convolveFilterGradient(x, k.shape, dy, reference),
              channelSums(dy, filters),
            ],
          );
        }
  });

  it('gives each channel what a convolution of that channel alone gives', async () => {
    const data = integers(2 * 5 * 5 * 3, 1);
    const weights = integers(3 * 3 * 3 * 2, 2);
    const y = await values(depthwiseConv2d(tensor(data, [2, 5, 5, 3]), tensor(weights, [3, 3, 3, 2])));
    for (let channel = 0; channel < 3; channel++) {
      const alone = conv2d(
        tensor(
          data.filter((_, at) => at % 3 === channel),
          [2, 5, 5, 1],
        ),
        tensor(
          weights.filter((_, at) => Math.floor(at / 2) % 3 === channel),
          [3, 3, 1, 2],
        ),
      );
      expect(y.filter((_, at) => Math.floor(at / 2) % 3 === channel)).toEqual(await values(alone));
    }
  });

  it('has the gradients that differences give', async () => {
    await checkGradient(
      (x, filter, bias) => depthwiseConv2d(x, filter, { bias, padding: 'same', dilations: 2, activation: 'relu' }),
      [filled([2, 5, 6, 3], 4, 'float64', noise), filled([3, 2, 3, 2], 5, 'float64', noise), tensor(noise(6, 6))],
    );
  });

  it('names what does not fit', () => {
    const [x, filter] = [filled([1, 5, 5, 3], 1), filled([3, 3, 3, 2], 2)];
    expect(() => depthwiseConv2d(x, filled([3, 3, 1, 6], 2))).toThrow(
      'depthwiseConv2d: input has 3 channels, depthwise filter [3, 3, 1, 6] expects 1',
    );
    expect(() => depthwiseConv2d(x, filled([6, 1, 3, 1], 2))).toThrow(
      "depthwiseConv2d: kernel 6 is larger than the input's height 5",
    );
    expect(() => depthwiseConv2d(x, filter, { bias: filled([3], 3) })).toThrow(
      'depthwiseConv2d: bias must have shape [6], but has [3]',
    );
    expect(() => depthwiseConv2d(x, filter, { groups: 3 } as object)).toThrow(
      "depthwiseConv2d: unknown option 'groups'",
    );
  });
});
