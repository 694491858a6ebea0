import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { mish } from '../../lib/ops/mish.js';
import { sum } from '../../lib/ops/sum.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('mish', () => {
  checkGradientAndValues('mish', mish, (x) => x * Math.tanh(Math.log1p(Math.exp(x))), -4, 4);

  it('is the identity far to the right, 0 far to the left, and keeps NaN', async () => {
    for (const dtype of ['float32', 'float64'] as const)
      expect(await values(mish(tensor([50, 1000, 2 ** 100, -1000, Number.NaN], [5], dtype)))).toEqual([
        50,
        1000,
        2 ** 100,
        -0,
        Number.NaN,
      ]);
  });

  it('has derivative 1 far to the right and 0 far to the left', async () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor([50, 1000, 2 ** 100, -1000], [4], dtype);
      const { gradients } = valueAndGradients(() => sum(mish(x)), [x]);
      expect((await values(gradients[0] as Tensor)).map(Math.abs)).toEqual([1, 1, 1, 0]);
    }
  });

  it('rejects what is no float tensor', () => {
    expect(() => mish(tensor(new Uint8Array(2)))).toThrow('mish: x must be float32, float64 or bfloat16, but is uint8');
    expect(() => mish(3 as never)).toThrow('mish: x must be a tensor, but received number');
    expect(() => mish(null as never)).toThrow('mish: x must be a tensor, but received null');
    const gone = tensor([1]);
    gone.dispose();
    expect(() => mish(gone)).toThrow('was used after its memory had been released');
  });
});
