import { describe, expect, it } from 'vitest';
import { hardSwish } from '../../lib/ops/hard_swish.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('hardSwish', () => {
  checkGradientAndValues('hardSwish', hardSwish, (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6, -5, 5);

  it('is 0 up to −3 and the identity from 3', async () => {
    expect((await values(hardSwish(tensor([-7, -3, 3, 8, Number.NaN])))).map((v) => v + 0)).toEqual([
      0,
      0,
      3,
      8,
      Number.NaN,
    ]);
  });

  it('rejects what is no float tensor', () => {
    expect(() => hardSwish(tensor(new Uint8Array(2)))).toThrow(
      'hardSwish: x must be float32, float64 or bfloat16, but is uint8',
    );
    expect(() => hardSwish(3 as never)).toThrow('hardSwish: x must be a tensor, but received number');
    expect(() => hardSwish(null as never)).toThrow('hardSwish: x must be a tensor, but received null');
    const gone = tensor([1]);
    gone.dispose();
    expect(() => hardSwish(gone)).toThrow('was used after its memory had been released');
  });
});
