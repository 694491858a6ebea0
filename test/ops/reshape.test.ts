import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

describe('reshape', () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);

  it.each([
    [[6], [6]],
    [
      [3, -1],
      [3, 2],
    ],
    [[-1], [6]],
    [
      [1, 2, 1, 3],
      [1, 2, 1, 3],
    ],
  ])('keeps the elements in shape %j', async (shape, expected) => {
    const y = reshape(x, shape);
    expect(y.shape).toEqual(expected);
    expect(await values(y)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('outlives its input', async () => {
    const source = tensor([1, 2], [2, 1]);
    const y = reshape(source, [2]);
    source.dispose();
    expect(await values(y)).toEqual([1, 2]);
  });

  it('has the gradient that differences give', async () => {
    await checkGradient((t) => reshape(t, [3, 4]), [tensor(noise(12), [2, 6])]);
  });

  it('rejects shapes that the elements do not fill', () => {
    expect(() => reshape(x, [4])).toThrow('reshape: [2, 3] has 6 elements, which do not fill shape [4]');
    expect(() => reshape(x, [4, -1])).toThrow('reshape: [2, 3] has 6 elements, which do not fill shape [4, -1]');
    expect(reshape(zeros([0, 3]), [0]).shape).toEqual([0]);
  });
});
