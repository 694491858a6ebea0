import { describe, expect, it } from 'vitest';
import { sigmoid } from '../../lib/ops/sigmoid.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('sigmoid', () => {
  checkGradientAndValues('sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x)));

  it('saturates, and keeps NaN', async () => {
    expect(await values(sigmoid(tensor([1000, -1000, Number.NaN])))).toEqual([1, 0, Number.NaN]);
  });
});
