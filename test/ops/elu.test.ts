import { describe, expect, it } from 'vitest';
import { elu } from '../../lib/ops/elu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('elu', () => {
  checkGradientAndValues('elu', elu, (x) => (x > 0 ? x : Math.expm1(x)));

  describe('with alpha 0.5', () => {
    checkGradientAndValues(
      'elu',
      (x) => elu(x, { alpha: 0.5 }),
      (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
    );
  });

  it('keeps NaN', async () => {
    expect(await values(elu(tensor([Number.NaN, 2])))).toEqual([Number.NaN, 2]);
  });

  it('rejects options it cannot honour', () => {
    const x = tensor([1]);
    expect(() => elu(x, { alpha: Number.NaN })).toThrow('elu: alpha must be a finite number, but received NaN');
    expect(() => elu(x, { slope: 1 } as object)).toThrow("elu: unknown option 'slope'; it takes alpha");
  });
});
