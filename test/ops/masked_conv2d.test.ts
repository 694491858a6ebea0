import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { maskedConv2d } from '../../lib/ops/masked_conv2d.js';
import { ones, type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { filled } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

const mask = tensor([1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1], [3, 4], 'float64');

describe('maskedConv2d', () => {
  it('is the convolution with 0 for every missing connection, whose gradient is 0', async () => {
    const [x, filter] = [filled([2, 5, 5, 3], 1), filled([3, 3, 3, 4], 2)];
    const table = await values(mask);
    const zeroed = (await values(filter)).map((v, at) => v * (table[at % 12] as number) + 0);
    const dense = tensor(zeroed, filter.shape, 'float64');
    const [masked, full] = [() => maskedConv2d(x, filter, mask), () => conv2d(x, dense)].map((f, at) =>
      pullback('test', f, [x, at === 0 ? filter : dense], (y) => ones(y.shape, y.dtype)),
    );
    expect(await values(masked?.value as Tensor)).toEqual(await values(full?.value as Tensor));
    expect(await values(masked?.gradients[0] as Tensor)).toEqual(await values(full?.gradients[0] as Tensor));
    const unmasked = await values(full?.gradients[1] as Tensor);
    expect((await values(masked?.gradients[1] as Tensor)).map((v) => v + 0)).toEqual(
      unmasked.map((v, at) => v * (table[at % 12] as number) + 0),
    );
  });

  it('has the gradients that differences give', async () => {
    await checkGradient(
      (x, filter, bias) => maskedConv2d(x, filter, mask, { bias, strides: 2, padding: 'same' }),
      [filled([2, 5, 4, 3], 1, 'float64', noise), filled([3, 2, 3, 4], 2, 'float64', noise), tensor(noise(4, 3))],
    );
  });

  it('names what does not fit', () => {
    const [x, filter] = [filled([2, 5, 5, 3], 1), filled([3, 3, 3, 4], 2)];
    expect(() => maskedConv2d(x, filter, tensor(noise(12, 1), [4, 3]))).toThrow(
      'maskedConv2d: mask must have shape [3, 4], but has [4, 3]',
    );
    expect(() => maskedConv2d(x, filter, filled([3, 4], 1, 'float32'))).toThrow(
      'maskedConv2d: mask is float32, but x is float64',
    );
    expect(() => maskedConv2d(filled([2, 5, 5, 2], 1), filter, mask)).toThrow(
      'maskedConv2d: input has 2 channels, filter [3, 3, 3, 4] expects 3',
    );
    expect(() => maskedConv2d(x, filter, mask, { groups: 1 } as object)).toThrow(
      "maskedConv2d: unknown option 'groups'",
    );
  });
});
