import { describe, expect, it } from 'vitest';
import { exp } from '../../lib/ops/exp.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('exp', () => {
  checkGradientAndValues('exp', exp, Math.exp);

  it('overflows to infinity and underflows to 0', async () => {
    expect(
      await values(exp(tensor([1000, -1000, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]))),
    ).toEqual([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, 0, Number.NaN]);
  });
});
