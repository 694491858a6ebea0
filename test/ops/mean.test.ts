import { describe, expect, it } from 'vitest';
import { mean } from '../../lib/ops/mean.js';
import { zeros } from '../../lib/tensor/tensor.js';
import { accurateSum, checkGradientAndReduction } from '../support/reduction.js';

describe('mean', () => {
  checkGradientAndReduction('mean', mean, (elements) => accurateSum(elements) / elements.length);

  it('is NaN over nothing', async () => {
    expect(await mean(zeros([0])).item()).toBeNaN();
  });
});
