import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { globalAveragePool1d } from '../../lib/ops/global_average_pool1d.js';
import { globalAveragePool2d } from '../../lib/ops/global_average_pool2d.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { random } from '../support/operators.js';
import { values } from '../support/tensors.js';

describe('globalAveragePool1d', () => {
  it.each([1, 3, 17, 64])('is the mean over the sequence, channel by channel: %d', async (channels) => {
    const x = random([2, 11, channels], 'float32');
    const y = globalAveragePool1d(x);
    expect(y.shape).toEqual([2, channels]);
    expect(await values(y)).toEqual(await values(globalAveragePool2d(reshape(x, [2, 1, 11, channels]))));
    await checkGradient(globalAveragePool1d, [random([2, 11, channels], 'float64')]);
  });

  it('of three numbers', async () => {
    expect(await values(globalAveragePool1d(tensor([[[1], [2], [6]]])))).toEqual([3]);
  });

  it('rejects what is no sequence', () => {
    expect(() => globalAveragePool1d(tensor([1, 2]))).toThrow('globalAveragePool1d: x must have 3 axes');
    expect(() => globalAveragePool1d(tensor(new Float32Array(0), [1, 0, 3]))).toThrow(
      'globalAveragePool1d: a sequence must not be empty, but x has shape [1, 0, 3]',
    );
  });
});
