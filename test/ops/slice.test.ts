import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { slice } from '../../lib/ops/slice.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint } from '../support/operators.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('slice', () => {
  it.each(['float32', 'float64', 'int32', 'uint8'] as const)('cuts a box out, in %s', async (dtype) => {
    for (const channels of lengths.slice(0, 15)) {
      const at = (n: number, h: number, c: number): number => ((n * 5 + h) * channels + c) % 251;
      const x = tensor(
        Array.from({ length: 15 * channels }, (_, i) => i % 251),
        [3, 5, channels],
        dtype,
      );
      const [from, size] = [channels >> 1, channels - (channels >> 1)];
      const y = slice(x, [1, 2, from], [2, 3, size]);
      expect([y.shape, y.dtype]).toEqual([[2, 3, size], dtype]);
      const expected = [1, 2].flatMap((n) =>
        [2, 3, 4].flatMap((h) => Array.from({ length: size }, (_, c) => at(n, h, from + c))),
      );
      expect(await values(y)).toEqual(expected);
    }
  });

  it('counts from the end, takes the rest, and leaves axes out', async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await values(slice(x, [-1]))).toEqual([4, 5, 6]);
    expect(await values(slice(x, [0, -2], [-1, 1]))).toEqual([2, 5]);
    expect(await values(slice(x, []))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(slice(x, [2]).shape).toEqual([0, 3]);
    expect(slice(x, [0, 1], [2, 0]).shape).toEqual([2, 0]);
  });

  it('has the gradient that differences give, which is its adjoint', async () => {
    await checkGradient((x) => slice(x, [1, 0, 3], [1, 2]), [tensor(noise(2 * 3 * 7), [2, 3, 7])]);
    for (const length of lengths) await expectAdjoint((x) => slice(x, [1, length >> 1]), [3, length]);
    await expectAdjoint((x) => slice(x, []), [3, 2]);
  });

  it('names what does not fit', () => {
    const x = zeros([2, 3]);
    expect(() => slice(x, [0, 0, 0])).toThrow(
      'slice: begin must be at most 2 integers, one per axis of x, but received [0,0,0]',
    );
    expect(() => slice(x, [0.5])).toThrow('slice: begin must be at most 2 integers');
    expect(() => slice(x, [0], 2 as never)).toThrow('slice: size must be at most 2 integers');
    expect(() => slice(x, [0, 2], [2, 2])).toThrow(
      'slice: begin 2 and size 2 along axis 1 do not lie in x of shape [2, 3]',
    );
    expect(() => slice(x, [-3])).toThrow('slice: begin -3 and size -1 along axis 0 do not lie in x of shape [2, 3]');
    expect(() => slice(x, [0], [-2])).toThrow('slice: begin 0 and size -2 along axis 0 do not lie in x');
    expect(() => slice(3 as never, [0])).toThrow('slice: x must be a tensor, but received number');
  });
});
