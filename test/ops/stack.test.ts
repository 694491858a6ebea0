import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { stack } from '../../lib/ops/stack.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint } from '../support/operators.js';
import { noise, values } from '../support/tensors.js';

describe('stack', () => {
  it('joins along a new axis', async () => {
    const [a, b] = [tensor([1, 2, 3]), tensor([4, 5, 6])];
    expect(stack([a, b]).shape).toEqual([2, 3]);
    expect(await values(stack([a, b]))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(stack([a, b], { axis: -1 }).shape).toEqual([3, 2]);
    expect(await values(stack([a, b], { axis: 1 }))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(await values(stack([tensor(1), tensor(2)]))).toEqual([1, 2]);
  });

  it('has the gradients that differences give, which are its adjoint', async () => {
    await checkGradient(
      (a, b) => stack([a, b, a], { axis: 1 }),
      [tensor(noise(6), [2, 3]), tensor(noise(6, 2), [2, 3])],
    );
    await expectAdjoint((x) => stack([x, x], { axis: -1 }), [3, 5]);
  });

  it('names what does not fit', () => {
    const x = zeros([2]);
    expect(() => stack([])).toThrow('stack: expected an array of at least one tensor, but received []');
    expect(() => stack([x, zeros([3])])).toThrow('stack: inputs[1] must have shape [2], but has [3]');
    expect(() => stack([x, zeros([2], 'int32')])).toThrow('stack: inputs[1] is int32, but inputs[0] is float32');
    expect(() => stack([x], { axis: 2 })).toThrow('stack: axis 2 is not one of shape [1, 2], which has 2 axes');
    expect(() => stack([x, 1 as never])).toThrow('stack: inputs[1] must be a tensor, but received number');
  });
});
