import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { maximum } from '../../lib/ops/maximum.js';
import { sum } from '../../lib/ops/sum.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndBroadcast } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('maximum', () => {
  checkGradientAndBroadcast('maximum', maximum, Math.max);

  it('keeps NaN of either operand', async () => {
    const [a, b] = [tensor([Number.NaN, 1]), tensor([1, Number.NaN])];
    expect(await values(maximum(a, b))).toEqual([Number.NaN, Number.NaN]);
  });

  it('gives each of two equal operands half of the gradient', async () => {
    const [a, b] = [tensor([1, 2]), tensor([1, 3])];
    const { gradients } = valueAndGradients(() => sum(maximum(a, b)), [a, b]);
    expect(await Promise.all(gradients.map(values))).toEqual([
      [0.5, 0],
      [0.5, 1],
    ]);
  });
});
