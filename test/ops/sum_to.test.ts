import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { add } from '../../lib/ops/add.js';
import { sumTo } from '../../lib/ops/sum_to.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

describe('sumTo', () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);

  it.each([
    [[3], [5, 7, 9]],
    [
      [1, 3],
      [5, 7, 9],
    ],
    [
      [2, 1],
      [6, 15],
    ],
    [[], [21]],
    [
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
  ])('sums what would stretch from %j', async (shape, expected) => {
    const y = sumTo(x, shape);
    expect(y.shape).toEqual(shape);
    expect(await values(y)).toEqual(expected);
  });

  it('leaves its input alone', async () => {
    sumTo(x, [2, 3]).dispose();
    expect(await values(x)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is the gradient of stretching', async () => {
    await checkGradient(add, [tensor(noise(4), [2, 1, 2]), tensor(noise(30), [3, 1, 5, 2])]);
  });
});
