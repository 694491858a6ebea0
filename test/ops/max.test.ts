import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { max } from '../../lib/ops/max.js';
import { sum } from '../../lib/ops/sum.js';
import { type Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { checkGradientAndReduction } from '../support/reduction.js';
import { values } from '../support/tensors.js';

describe('max', () => {
  checkGradientAndReduction('max', max, (elements) => elements.reduce((best, value) => Math.max(best, value)));

  it.each([
    [[[0, 1]], [1, 0, 0, 0, 0, 0]],
    [[[0]], [1, 1, 0, 0, 0, 1]],
    [[[1]], [1, 0, 0, 1, 0, 0]],
  ] as const)('gives the gradient to the first of equal elements, axes %j', async ([axes], expected) => {
    const x = tensor([7, 7, 6, 7, 7, 7], [2, 3]);
    const { gradients } = valueAndGradients(() => sum(max(x, { axes })), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual(expected);
  });

  it('gives the gradient to the first NaN', async () => {
    const x = tensor([1, Number.NaN, Number.NaN, 9]);
    const { gradients } = valueAndGradients(() => max(x), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual([0, 1, 0, 0]);
  });

  it('needs something to choose from', () => {
    expect(() => max(zeros([2, 0]))).toThrow('max: x has shape [2, 0]: axis 1 has nothing to choose from');
  });
});
