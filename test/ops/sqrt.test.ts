import { describe, expect, it } from 'vitest';
import { sqrt } from '../../lib/ops/sqrt.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('sqrt', () => {
  checkGradientAndValues('sqrt', sqrt, Math.sqrt, 0.1, 9);

  it('is NaN below 0', async () => {
    expect(await values(sqrt(tensor([4, 0, -1])))).toEqual([2, 0, Number.NaN]);
  });
});
