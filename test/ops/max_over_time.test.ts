import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { maxOverTime } from '../../lib/ops/max_over_time.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { gradientOf, random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

describe('maxOverTime', () => {
  it.each([
    [2, 5, 1],
    [3, 9, 17],
    [1, 56, 100],
  ])('is the maximum of each channel: %i × %i × %i', async (batch, length, channels) => {
    const x = random([batch, length, channels], 'float32');
    const data = await values(x);
    const expected = Array.from({ length: batch * channels }, (_, index) => {
      const [b, c] = [Math.floor(index / channels), index % channels];
      return Math.max(...Array.from({ length }, (__, t) => data[(b * length + t) * channels + c] as number));
    });
    expect(await values(maxOverTime(x))).toEqual(expected);
    const shape = [batch, length, channels];
    await checkGradient((v) => maxOverTime(v), [tensor(distinct(size(shape)), shape)]);
  });

  it('gives the gradient to the first of equal values', async () => {
    const x = tensor([1, 4, 4], [1, 3, 1]);
    expect(await gradientOf(() => maxOverTime(x), x, [2])).toEqual([0, 2, 0]);
  });

  it('rejects what does not fit', () => {
    expect(() => maxOverTime(random([2, 3]))).toThrow('maxOverTime: x must have 3 axes [batch, length, channels]');
    expect(() => maxOverTime(tensor(new Float32Array(0), [1, 0, 3]))).toThrow(
      'maxOverTime: a sequence must not be empty',
    );
    expect(() => maxOverTime(tensor(new Int32Array(2), [1, 2, 1]))).toThrow(
      'maxOverTime: x must be float32, float64 or bfloat16',
    );
    expect(() => maxOverTime(null as never)).toThrow('maxOverTime: x must be a tensor, but received null');
  });
});
