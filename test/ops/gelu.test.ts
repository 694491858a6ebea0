import { describe, expect, it } from 'vitest';
import { gelu } from '../../lib/ops/gelu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

/** erf by its series of positive terms, e^(−x²) 2/√π Σ 2ⁿ x^(2n+1) / (2n+1)!!. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const k = Math.sqrt(2 / Math.PI);

describe('gelu', () => {
  checkGradientAndValues('gelu', gelu, (x) => (x / 2) * (1 + erf(x / Math.SQRT2)));

  describe('with the tanh approximation', () => {
    const op = (x: Parameters<typeof gelu>[0]) => gelu(x, { approximate: 'tanh' });
    checkGradientAndValues('gelu', op, (x) => (x / 2) * (1 + Math.tanh(k * (x + 0.044715 * x ** 3))));
  });

  it('keeps NaN', async () => {
    expect(await values(gelu(tensor([Number.NaN, 100])))).toEqual([Number.NaN, 100]);
  });

  it('rejects another approximation', () => {
    const approximate = 'sigmoid' as 'tanh';
    expect(() => gelu(tensor([1]), { approximate })).toThrow(
      "gelu: approximate must be one of 'none', 'tanh', but received 'sigmoid'",
    );
  });
});
