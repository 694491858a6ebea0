import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { prelu } from '../../lib/ops/prelu.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectClose } from '../support/elementwise.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('prelu', () => {
  it.each(['float32', 'float64'] as const)(
    'multiplies what is below 0 with its channel’s slope, in %s',
    async (dtype) => {
      for (const channels of lengths) {
        const x = tensor([...noise(3 * channels)], [3, channels], dtype);
        const slope = tensor([...noise(channels, 2)], [channels], dtype);
        const [xs, slopes] = [await values(x), await values(slope)];
        expectClose(
          await values(prelu(x, slope)),
          xs.map((v, i) => (v > 0 ? v : v * (slopes[i % channels] as number))),
          dtype === 'float32' ? 1e-7 : 1e-15,
        );
      }
    },
  );

  it('takes one slope for all, and slopes of any shape that broadcasts', async () => {
    const x = tensor([-1, -2, 3, -4], [2, 2]);
    expect(await values(prelu(x, tensor(0.5)))).toEqual([-0.5, -1, 3, -2]);
    expect(await values(prelu(x, tensor([[0], [2]])))).toEqual([-0, -0, 3, -8]);
    expect(await values(prelu(tensor([Number.NaN]), tensor([0.5])))).toEqual([Number.NaN]);
  });

  it('has the gradients that differences give', async () => {
    for (const shape of [[1], [5], [4, 1, 1], [4, 3, 5], []])
      await checkGradient(prelu, [
        tensor(noise(60), [4, 3, 5]),
        tensor(
          noise(60).slice(
            0,
            shape.reduce((a, b) => a * b, 1),
          ),
          shape,
        ),
      ]);
    await checkGradient(prelu, [tensor(noise(9000), [4500, 2]), tensor(noise(2), [2])]);
  });

  it('names what does not fit', () => {
    const x = zeros([2, 3]);
    expect(() => prelu(x, zeros([2]))).toThrow('prelu: shapes [2, 3] and [2] do not broadcast: 3 meets 2');
    expect(() => prelu(x, zeros([4, 1, 3]))).toThrow(
      "prelu: slope of shape [4, 1, 3] does not broadcast to x's [2, 3]",
    );
    expect(() => prelu(x, zeros([3], 'float64'))).toThrow('prelu: slope is float64, but x is float32');
    expect(() => prelu(x, 0.5 as never)).toThrow('prelu: slope must be a tensor, but received number');
    expect(() => prelu(zeros([3], 'int32'), zeros([3]))).toThrow(
      'prelu: x must be float32, float64 or bfloat16, but is int32',
    );
  });
});
