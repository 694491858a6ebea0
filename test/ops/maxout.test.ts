import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { maxout } from '../../lib/ops/maxout.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { gradientOf, random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const cases = [
  [[2, 3], 3],
  [[5, 12], 2],
  [[2, 3, 3, 144], 3],
  [[1, 2, 2, 85], 5],
  [[4, 7], 1],
] as const;

describe('maxout', () => {
  it.each(cases)('is the maximum of neighbouring channels: %j in pieces of %i', async (shape, pieces) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = random(shape, dtype);
      const data = await values(x);
      const units = Array.from({ length: data.length / pieces }, (_, u) =>
        Math.max(...data.slice(u * pieces, (u + 1) * pieces)),
      );
      const y = maxout(x, { pieces });
      expect(y.shape).toEqual([...shape.slice(0, -1), (shape.at(-1) as number) / pieces]);
      expect(await values(y)).toEqual(units);
    }
    await checkGradient((x) => maxout(x, { pieces }), [tensor(distinct(size(shape)), shape)]);
  });

  it('gives the gradient to the winner, the first of equal ones', async () => {
    const x = tensor([1, 3, 3, 0, -1, -2], [1, 6]);
    expect(await gradientOf(() => maxout(x, { pieces: 3 }), x, [5, 7])).toEqual([0, 5, 0, 7, 0, 0]);
  });

  it('rejects what does not fit', () => {
    expect(() => maxout(random([2, 5]), { pieces: 2 })).toThrow(
      'maxout: x has 5 channels, which units of 2 pieces do not divide',
    );
    expect(() => maxout(random([2, 5]), { pieces: 0 })).toThrow(
      'maxout: pieces must be a positive integer, but received 0',
    );
    expect(() => maxout(random([2, 5]), { groups: 5 } as never)).toThrow(
      "maxout: unknown option 'groups'; it takes pieces",
    );
    expect(() => maxout(tensor(new Int32Array(4), [4]), { pieces: 2 })).toThrow(
      'maxout: x must be float32, float64 or bfloat16',
    );
  });
});
