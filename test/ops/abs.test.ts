import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { abs } from '../../lib/ops/abs.js';
import { sum } from '../../lib/ops/sum.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('abs', () => {
  checkGradientAndValues('abs', abs, Math.abs);

  it('keeps NaN', async () => {
    expect(await values(abs(tensor([Number.NaN, -0])))).toEqual([Number.NaN, 0]);
  });

  it('has the derivative 0 at 0', async () => {
    const x = tensor([0, -3]);
    const { gradients } = valueAndGradients(() => sum(abs(x)), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual([0, -1]);
  });
});
