import { describe, expect, it } from 'vitest';
import { log } from '../../lib/ops/log.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('log', () => {
  checkGradientAndValues('log', log, Math.log, 0.1, 20);

  it('is −∞ at 0 and NaN below', async () => {
    expect(await values(log(tensor([1, 0, -1, Number.POSITIVE_INFINITY])))).toEqual([
      0,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
  });
});
