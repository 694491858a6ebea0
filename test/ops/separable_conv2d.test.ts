import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { separableConv2d } from '../../lib/ops/separable_conv2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { filled } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

describe('separableConv2d', () => {
  it('is the full convolution whose filter is the product of the two', async () => {
    const [channels, multiplier, filters] = [3, 2, 5];
    const x = filled([2, 7, 6, channels], 1);
    const [apart, mix] = [filled([3, 2, channels, multiplier], 2), filled([1, 1, channels * multiplier, filters], 3)];
    const [a, b] = [await values(apart), await values(mix)];
    // filter(m,l,p,q) = Σ_r apart(m,l,p,r) · mix(p·multiplier + r, q)
    const full = Array.from({ length: 3 * 2 * channels * filters }, (_, at) => {
      const [tap, q] = [Math.floor(at / filters), at % filters];
      const p = tap % channels;
      return Array.from({ length: multiplier }, (_, r) => r).reduce(
        (sum, r) => sum + (a[tap * multiplier + r] as number) * (b[(p * multiplier + r) * filters + q] as number),
        0,
      );
    });
    const options = { strides: [2, 1], padding: 'same', bias: filled([filters], 4), activation: 'relu' } as const;
    expect(await values(separableConv2d(x, apart, mix, options))).toEqual(
      await values(conv2d(x, tensor(full, [3, 2, channels, filters], 'float64'), options)),
    );
  });

  it('has the gradients that differences give', async () => {
    await checkGradient(
      (x, apart, mix, bias) => separableConv2d(x, apart, mix, { bias, padding: 'same' }),
      [
        filled([2, 4, 5, 3], 1, 'float64', noise),
        filled([3, 3, 3, 2], 2, 'float64', noise),
        filled([1, 1, 6, 4], 3, 'float64', noise),
        tensor(noise(4, 4)),
      ],
    );
  });

  it('names what does not fit', () => {
    const [x, apart, mix] = [filled([1, 5, 5, 3], 1), filled([3, 3, 3, 2], 2), filled([1, 1, 6, 4], 3)];
    expect(() => separableConv2d(filled([1, 5, 5, 2], 1), apart, mix)).toThrow(
      'separableConv2d: input has 2 channels, depthwise filter [3, 3, 3, 2] expects 3',
    );
    expect(() => separableConv2d(x, apart, filled([1, 1, 3, 4], 3))).toThrow(
      'separableConv2d: pointwiseFilter must have shape [1, 1, 6, 4], but has [1, 1, 3, 4]',
    );
    expect(() => separableConv2d(x, apart, mix, { bias: filled([6], 3) })).toThrow(
      'separableConv2d: bias must have shape [4], but has [6]',
    );
    expect(() => separableConv2d(x, apart, mix, { groups: 1 } as object)).toThrow(
      "separableConv2d: unknown option 'groups'",
    );
  });
});
