import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { flip } from '../../lib/ops/flip.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { count } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

/** The element that lands at position `at` of the flipped tensor. */
function source(at: number, shape: readonly number[], axes: readonly number[]): number {
  let [rest, stride, from] = [at, 1, 0];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    const index = rest % extent;
    from += (axes.includes(axis) ? extent - 1 - index : index) * stride;
    stride *= extent;
    rest = Math.floor(rest / extent);
  }
  return from;
}

describe('flip', () => {
  it.each(['float32', 'float64', 'int32', 'uint8'] as const)('reverses any axes, in %s', async (dtype) => {
    for (const [shape, axes] of [
      [[7], [0]],
      [
        [3, 4, 2, 5],
        [0, 1],
      ],
      [
        [3, 4, 2, 5],
        [1, 3],
      ],
      [
        [3, 4, 2, 5],
        [0, 2, 3],
      ],
      [[2, 1, 3], []],
      [[70, 41, 33], [1]],
      [[5, 40_000], [0]],
    ] as const) {
      const data = Array.from({ length: count(shape) }, (_, at) => at % 251);
      const expected = data.map((_, at) => source(at, shape, axes) % 251);
      expect(await values(flip(tensor(data, shape, dtype), axes))).toEqual(expected);
    }
  });

  it('is its own inverse, and counts axes from the end', async () => {
    const x = tensor(noise(60), [3, 4, 5]);
    expect(await values(flip(flip(x, [0, -1]), [2, -3]))).toEqual(await values(x));
  });

  it('has the gradient that differences give', async () => {
    await checkGradient((x) => flip(x, [0, 2]), [tensor(noise(60), [3, 4, 5])]);
  });

  it('accepts what is empty', () => {
    expect(flip(tensor(new Float32Array(0), [0, 3]), 1).shape).toEqual([0, 3]);
  });

  it('names what does not fit', () => {
    const x = tensor(noise(6), [2, 3]);
    expect(() => flip(x, 2)).toThrow('flip: axis 2 is not one of shape [2, 3], which has 2 axes');
    expect(() => flip(x, [0, -2])).toThrow('flip: axes [0,-2] name an axis twice');
    expect(() => flip(x, 0.5)).toThrow('flip: axis 0.5 is not one of shape [2, 3]');
    expect(() => flip([1] as never, 0)).toThrow('flip: x must be a tensor, but received an array');
  });
});
