import { describe, expect, it } from 'vitest';
import { mean } from '../../lib/ops/mean.js';
import { zeros } from '../../lib/tensor/tensor.js';
import { checkGradientAndReduction } from '../support/reduction.js';

describe('mean', () => {
  checkGradientAndReduction(
    'mean',
    mean,
    (elements) => elements.reduce((total, value) => total + value, 0) / elements.length,
  );

  it('is NaN over nothing', async () => {
    expect(await mean(zeros([0])).item()).toBeNaN();
  });
});
