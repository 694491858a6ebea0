import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { concat } from '../../lib/ops/concat.js';
import { type Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('concat', () => {
  it.each(['float32', 'float64', 'int32', 'uint8'] as const)('joins rows in %s', async (dtype) => {
    for (const length of lengths) {
      const part = (width: number, first: number): number[][] =>
        [0, 1, 2].map((row) => Array.from({ length: width }, (_, i) => (first + row * width + i) % 250));
      const parts = [part(length, 0), part(3, 100), part(1, 200)];
      const y = concat(parts.map((rows) => tensor(rows, undefined, dtype)));
      expect([y.shape, y.dtype]).toEqual([[3, length + 4], dtype]);
      expect(await values(y)).toEqual([0, 1, 2].flatMap((row) => parts.flatMap((rows) => rows[row] as number[])));
    }
  });

  it('joins along any axis, also nothing and a single tensor', async () => {
    const x = tensor([1, 2, 3, 4], [2, 1, 2]);
    const y = tensor([5, 6], [1, 1, 2]);
    expect(await values(concat([x, y], { axis: 0 }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await values(concat([x, x], { axis: -2 }))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(await values(concat([zeros([2, 0, 2]), x], { axis: 1 }))).toEqual([1, 2, 3, 4]);
    expect(await values(concat([x]))).toEqual([1, 2, 3, 4]);
  });

  it('has the gradients that differences give', async () => {
    const inputs = [3, 1, 17].map((channels) => tensor(noise(6 * channels), [2, 3, channels]));
    await checkGradient((...parts: Tensor[]) => concat(parts), inputs);
    await checkGradient((...parts: Tensor[]) => concat([...parts, ...parts], { axis: 1 }), inputs.slice(0, 1));
  });

  it('names what does not fit', () => {
    const x = zeros([2, 3]);
    expect(() => concat([])).toThrow('concat: expected an array of at least one tensor, but received []');
    expect(() => concat([x, zeros([3, 3])])).toThrow(
      'concat: inputs[0] has shape [2, 3] and inputs[1] [3, 3], which differ not only along axis 1',
    );
    expect(() => concat([x, zeros([2, 3], 'int32')])).toThrow('concat: inputs[1] is int32, but inputs[0] is float32');
    expect(() => concat([x], { axis: 2 })).toThrow('concat: axis 2 is not one of shape [2, 3], which has 2 axes');
    expect(() => concat([x, 1 as never])).toThrow('concat: inputs[1] must be a tensor, but received number');
  });
});
