import { describe, expect, it } from 'vitest';
import { hardSigmoid } from '../../lib/ops/hard_sigmoid.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('hardSigmoid', () => {
  checkGradientAndValues('hardSigmoid', hardSigmoid, (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1), -5, 5);

  describe('with slope 0.2 and offset 0.4', () => {
    checkGradientAndValues(
      'hardSigmoid',
      (x) => hardSigmoid(x, { slope: 0.2, offset: 0.4 }),
      (x) => Math.min(Math.max(0.2 * x + 0.4, 0), 1),
    );
  });

  it('keeps NaN', async () => {
    expect(await values(hardSigmoid(tensor([Number.NaN, 4, -4])))).toEqual([Number.NaN, 1, 0]);
  });

  it('rejects options it cannot honour', () => {
    const x = tensor([1]);
    expect(() => hardSigmoid(x, { slope: Number.NaN })).toThrow(
      'hardSigmoid: slope must be a finite number, but received NaN',
    );
    expect(() => hardSigmoid(x, { offset: '1' as never })).toThrow(
      "hardSigmoid: offset must be a finite number, but received '1'",
    );
    expect(() => hardSigmoid(x, { alpha: 1 } as object)).toThrow(
      "hardSigmoid: unknown option 'alpha'; it takes slope, offset",
    );
    expect(() => hardSigmoid(x, 2 as never)).toThrow('hardSigmoid: expected an options object, but received 2');
  });
});
