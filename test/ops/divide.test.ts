import { describe, expect, it } from 'vitest';
import { divide } from '../../lib/ops/divide.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndBroadcast } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('divide', () => {
  checkGradientAndBroadcast('divide', divide, (a, b) => a / b, 0.5, 2);

  it('divides by 0 as IEEE 754 does', async () => {
    expect(await values(divide(tensor([1, -1, 0]), 0))).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });
});
