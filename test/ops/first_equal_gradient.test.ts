import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { firstEqualGradient } from '../../lib/ops/first_equal_gradient.js';
import { max } from '../../lib/ops/max.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { distinct } from '../support/pooling.js';
import { lengths, values } from '../support/tensors.js';

describe('firstEqualGradient', () => {
  it.each(['float32', 'float64'] as const)('goes to the first equal element only in %s', async (dtype) => {
    for (const inner of lengths) {
      const make = (row: (column: number) => number): number[] => Array.from({ length: inner }, (_, i) => row(i));
      const rows = [make((i) => -i), make((i) => i % 2), make(() => 1), make(() => 1)];
      const x = tensor(rows, undefined, dtype);
      const [y, dy] = [
        tensor(
          make(() => 1),
          [inner],
          dtype,
        ),
        tensor(
          make((i) => i + 1),
          [inner],
          dtype,
        ),
      ];
      const dx = await values(firstEqualGradient(x, y, dy, { outer: 1, extent: 4, inner }));
      const [odd, even] = [make((i) => (i % 2 ? i + 1 : 0)), make((i) => (i % 2 ? 0 : i + 1))];
      expect(dx).toEqual([...make(() => 0), ...odd, ...even, ...make(() => 0)]);
    }
  });

  it('is the gradient of max', async () => {
    for (const axes of [0, 1, 2]) await checkGradient((x) => max(x, { axes }), [tensor(distinct(90), [3, 5, 6])]);
  });
});
