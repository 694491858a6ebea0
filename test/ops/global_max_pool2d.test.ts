import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { globalMaxPool2d } from '../../lib/ops/global_max_pool2d.js';
import { maxPool2d } from '../../lib/ops/max_pool2d.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { gradientOf, random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

describe('globalMaxPool2d', () => {
  it.each([
    [1, 3, 3, 1],
    [2, 5, 7, 3],
    [3, 4, 4, 17],
    [1, 20, 20, 64],
  ])('is max pooling with a window of the image: %i × %i × %i × %i', async (...shape) => {
    const x = random(shape, 'float32');
    const pooled = maxPool2d(x, { poolSize: [shape[1] as number, shape[2] as number] });
    expect(await values(globalMaxPool2d(x))).toEqual(await values(pooled));
    expect(globalMaxPool2d(x).shape).toEqual([shape[0], shape[3]]);
    await checkGradient((v) => globalMaxPool2d(v), [tensor(distinct(size(shape)), shape)]);
  });

  it('gives the gradient to the first of equal values, in row-major order', async () => {
    const x = tensor([1, 5, 5, 2], [1, 2, 2, 1]);
    expect(await gradientOf(() => reshape(globalMaxPool2d(x), [1]), x, [1])).toEqual([0, 1, 0, 0]);
  });

  it('rejects what does not fit', () => {
    expect(() => globalMaxPool2d(random([2, 3]))).toThrow('globalMaxPool2d: x must have 4 axes');
    expect(() => globalMaxPool2d(tensor(new Float32Array(0), [1, 0, 2, 3]))).toThrow(
      'globalMaxPool2d: an image must not be empty, but x has shape [1, 0, 2, 3]',
    );
    expect(() => globalMaxPool2d(tensor(new Int32Array(4), [1, 2, 2, 1]))).toThrow(
      'must be float32, float64 or bfloat16',
    );
    expect(() => globalMaxPool2d(3 as never)).toThrow('globalMaxPool2d: x must be a tensor, but received number');
  });
});
