import { describe, expect, it } from 'vitest';
import { tanh } from '../../lib/ops/tanh.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('tanh', () => {
  checkGradientAndValues('tanh', tanh, Math.tanh);

  it('saturates, and keeps NaN', async () => {
    expect(await values(tanh(tensor([1000, -1000, Number.NaN])))).toEqual([1, -1, Number.NaN]);
  });
});
