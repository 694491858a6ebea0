import { describe, expect, it } from 'vitest';
import { silu } from '../../lib/ops/silu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('silu', () => {
  checkGradientAndValues('silu', silu, (x) => x / (1 + Math.exp(-x)));

  it('keeps NaN', async () => {
    expect(await values(silu(tensor([1000, Number.NaN])))).toEqual([1000, Number.NaN]);
  });
});
