import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { relu6 } from '../../lib/ops/relu6.js';
import { sum } from '../../lib/ops/sum.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('relu6', () => {
  checkGradientAndValues('relu6', relu6, (x) => Math.min(Math.max(x, 0), 6), -4, 9);

  it('has no gradient at its kinks', async () => {
    const x = tensor([0, 6, 3, -1, 9]);
    const { gradients } = valueAndGradients(() => sum(relu6(x)), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual([0, 0, 1, 0, 0]);
  });

  it('keeps NaN', async () => {
    expect(await values(relu6(tensor([Number.NaN, Number.POSITIVE_INFINITY])))).toEqual([Number.NaN, 6]);
  });

  it('rejects what is no float tensor', () => {
    expect(() => relu6(tensor(new Uint8Array(2)))).toThrow(
      'relu6: x must be float32, float64 or bfloat16, but is uint8',
    );
    expect(() => relu6(3 as never)).toThrow('relu6: x must be a tensor, but received number');
    expect(() => relu6(null as never)).toThrow('relu6: x must be a tensor, but received null');
    const gone = tensor([1]);
    gone.dispose();
    expect(() => relu6(gone)).toThrow('was used after its memory had been released');
  });
});
