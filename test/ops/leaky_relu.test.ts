import { describe, expect, it } from 'vitest';
import { leakyRelu } from '../../lib/ops/leaky_relu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('leakyRelu', () => {
  checkGradientAndValues('leakyRelu', leakyRelu, (x) => (x > 0 ? x : 0.01 * x));

  describe('with negativeSlope 0.3', () => {
    checkGradientAndValues(
      'leakyRelu',
      (x) => leakyRelu(x, { negativeSlope: 0.3 }),
      (x) => (x > 0 ? x : 0.3 * x),
    );
  });

  it('keeps NaN', async () => {
    expect(await values(leakyRelu(tensor([Number.NaN, 2])))).toEqual([Number.NaN, 2]);
  });

  it('rejects options it cannot honour', () => {
    const x = tensor([1]);
    expect(() => leakyRelu(x, { negativeSlope: Number.NaN })).toThrow(
      'leakyRelu: negativeSlope must be a finite number, but received NaN',
    );
    expect(() => leakyRelu(x, { slope: 1 } as object)).toThrow(
      "leakyRelu: unknown option 'slope'; it takes negativeSlope",
    );
  });
});
