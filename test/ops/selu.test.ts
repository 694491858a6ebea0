import { describe, expect, it } from 'vitest';
import { selu } from '../../lib/ops/selu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('selu', () => {
  checkGradientAndValues(
    'selu',
    selu,
    (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
    -4,
    4,
  );

  it('keeps NaN, and tends to −1.7581', async () => {
    expect(await values(selu(tensor([Number.NaN, -1e4], [2], 'float64')))).toEqual([Number.NaN, -1.7580993408473768]);
  });

  it('rejects what is no float tensor', () => {
    expect(() => selu(tensor(new Uint8Array(2)))).toThrow('selu: x must be float32, float64 or bfloat16, but is uint8');
    expect(() => selu(3 as never)).toThrow('selu: x must be a tensor, but received number');
    expect(() => selu(null as never)).toThrow('selu: x must be a tensor, but received null');
    const gone = tensor([1]);
    gone.dispose();
    expect(() => selu(gone)).toThrow('was used after its memory had been released');
  });
});
