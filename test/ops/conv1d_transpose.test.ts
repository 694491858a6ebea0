import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { conv1d } from '../../lib/ops/conv1d.js';
import { type Conv1dTransposeOptions, conv1dTranspose } from '../../lib/ops/conv1d_transpose.js';
import { conv2dTranspose } from '../../lib/ops/conv2d_transpose.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { filled, inner } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

const cases: readonly [Conv1dTransposeOptions, number][] = [
  [{}, 9],
  [{ strides: 2 }, 15],
  [{ strides: 2, padding: 1 }, 13],
  [{ strides: 2, padding: [1, 0], outputPadding: 1 }, 15],
  [{ strides: 3, padding: 'same' }, 21],
  [{ padding: 'causal', dilations: 2 }, 7],
  [{ strides: 2, padding: { total: 1 }, groups: 2 }, 14],
];

describe('conv1dTranspose', () => {
  it.each(cases)('has the length (l − 1)·s + e − p + outputPadding: %j', (options, length) => {
    expect(conv1dTranspose(filled([2, 7, 4], 1), filled([3, 5, 4], 2), options).shape).toEqual([
      2,
      length,
      5 * (options.groups ?? 1),
    ]);
  });

  it.each(cases)('is the transpose of conv1d: %j', async (options) => {
    const { outputPadding: _, ...rest } = options;
    const [x, filter] = [filled([2, 7, 4], 1), filled([3, 5, 4], 2)];
    const y = conv1dTranspose(x, filter, options);
    const v = filled(y.shape, 3);
    expect(await inner(conv1d(v, filter, rest), x)).toBe(await inner(v, y));
  });

  it('is the transposed convolution of images of height 1, bias and relu included', async () => {
    const [x, filter, bias] = [filled([2, 6, 3], 1), filled([4, 5, 3], 2), filled([5], 3)];
    for (const activation of ['none', 'relu'] as const) {
      const options = { bias, strides: [1, 2], activation } as const;
      const image = conv2dTranspose(reshape(x, [2, 1, 6, 3]), reshape(filter, [1, 4, 5, 3]), options);
      expect(await values(conv1dTranspose(x, filter, { ...options, strides: 2 }))).toEqual(await values(image));
    }
  });

  it('has the gradients that differences give', async () => {
    await checkGradient(
      (x, filter, bias) => conv1dTranspose(x, filter, { bias, strides: 3, padding: 1, outputPadding: 2 }),
      [filled([2, 5, 3], 1, 'float64', noise), filled([4, 2, 3], 2, 'float64', noise), tensor(noise(2, 3))],
    );
  });

  it('names what does not fit', () => {
    const [x, filter] = [filled([1, 4, 4], 1), filled([3, 5, 4], 2)];
    expect(() => conv1dTranspose(filled([1, 4, 3], 1), filter)).toThrow(
      'conv1dTranspose: input has 3 channels, filter [3, 5, 4] expects 4',
    );
    expect(() => conv1dTranspose(x, filter, { padding: 3 })).toThrow(
      "conv1dTranspose: 6 of padding leave nothing of the output's length 6",
    );
    expect(() => conv1dTranspose(x, filter, { outputPadding: 1 })).toThrow(
      'conv1dTranspose: outputPadding must be smaller than the stride 1, but received 1',
    );
    expect(() => conv1dTranspose(x, filled([3, 3, 5, 4], 2))).toThrow(
      'conv1dTranspose: filter must have 3 axes [kernel, filters / groups, channels]',
    );
    expect(() => conv1dTranspose(x, filter, { activation: 'tanh' as 'relu' })).toThrow(
      "conv1dTranspose: activation must be one of 'none', 'relu', but received 'tanh'",
    );
    expect(() => conv1dTranspose(x, filter, { flip: true } as object)).toThrow(
      "conv1dTranspose: unknown option 'flip'",
    );
  });
});
