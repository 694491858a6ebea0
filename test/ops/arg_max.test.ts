import { describe, expect, it } from 'vitest';
import { argMax } from '../../lib/ops/arg_max.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { reducedElements } from '../support/reduction.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('argMax', () => {
  it.each(['float32', 'float64'] as const)('finds the first largest element along any axis in %s', async (dtype) => {
    for (const length of lengths) {
      const data = [...noise(6 * length)].map((v) => Math.round(v * 20));
      for (const [shape, axis] of [
        [[2, 3, length], 2],
        [[2, length, 3], 1],
        [[2, 3, length], 0],
        [[length, 6], 0],
      ] as const) {
        const y = argMax(tensor(data, shape, dtype), { axis });
        expect(y.dtype).toBe('int32');
        expect(await values(y)).toEqual(
          reducedElements(data, shape, [axis]).map((row) => row.indexOf(Math.max(...row))),
        );
      }
    }
  });

  it('takes the last axis by default', () => {
    expect(argMax(zeros([4, 10])).shape).toEqual([4]);
  });

  it('counts NaN as largest', async () => {
    const x = [1, Number.NaN, 3, Number.NaN];
    expect(await argMax(tensor(x)).item()).toBe(1);
    expect(await values(argMax(tensor(x, [2, 2]), { axis: 0 }))).toEqual([1, 0]);
  });

  it('names what does not fit', () => {
    expect(() => argMax(tensor(1))).toThrow('argMax: axis -1 is not one of shape [], which has 0 axes');
    expect(() => argMax(zeros([2, 0]))).toThrow('argMax: x has shape [2, 0]: axis 1 has nothing to choose from');
    expect(() => argMax(zeros([2], 'int32'))).toThrow('argMax: x must be float32, float64 or bfloat16, but is int32');
  });
});
