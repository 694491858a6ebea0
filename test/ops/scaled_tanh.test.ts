import { describe, expect, it } from 'vitest';
import { scaledTanh } from '../../lib/ops/scaled_tanh.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('scaledTanh', () => {
  checkGradientAndValues('scaledTanh', scaledTanh, (x) => 1.7159 * Math.tanh((2 / 3) * x), -4, 4);

  it('keeps ±1 and NaN', async () => {
    const [one, minusOne, nan] = await values(scaledTanh(tensor([1, -1, Number.NaN])));
    expect(one).toBeCloseTo(1, 4);
    expect(minusOne).toBeCloseTo(-1, 4);
    expect(nan).toBeNaN();
  });

  it('rejects what is no float tensor', () => {
    expect(() => scaledTanh(tensor(new Uint8Array(2)))).toThrow(
      'scaledTanh: x must be float32, float64 or bfloat16, but is uint8',
    );
    expect(() => scaledTanh(3 as never)).toThrow('scaledTanh: x must be a tensor, but received number');
    expect(() => scaledTanh(null as never)).toThrow('scaledTanh: x must be a tensor, but received null');
    const gone = tensor([1]);
    gone.dispose();
    expect(() => scaledTanh(gone)).toThrow('was used after its memory had been released');
  });
});
