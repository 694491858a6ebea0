import { describe, expect, it } from 'vitest';
import { softplus } from '../../lib/ops/softplus.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('softplus', () => {
  checkGradientAndValues('softplus', softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), -30, 30);

  it('does not overflow, and keeps NaN', async () => {
    expect(await values(softplus(tensor([1000, Number.NaN])))).toEqual([1000, Number.NaN]);
  });

  it('keeps relative accuracy where it is small', async () => {
    const [y] = await values(softplus(tensor([-20])));
    expect(y).toBeCloseTo(2.0611536e-9, 15);
  });
});
