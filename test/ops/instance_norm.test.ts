import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { instanceNorm } from '../../lib/ops/instance_norm.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { random } from '../support/operators.js';
import { values } from '../support/tensors.js';

describe('instanceNorm', () => {
  it.each([1, 3, 16, 17])(
    'brings each channel of each sample to mean 0 and variance 1: %i channels',
    async (channels) => {
      const y = await values(instanceNorm(random([2, 5, 7, channels]), { epsilon: 0 }));
      for (let sample = 0; sample < 2; sample++)
        for (let c = 0; c < channels; c++) {
          const column = y
            .slice(sample * 35 * channels, (sample + 1) * 35 * channels)
            .filter((_, i) => i % channels === c);
          expect(column.reduce((sum, v) => sum + v, 0) / 35).toBeCloseTo(0, 12);
          expect(column.reduce((sum, v) => sum + v * v, 0) / 35).toBeCloseTo(1, 12);
        }
    },
  );

  it('has the gradient that differences give', async () => {
    const inputs = [random([2, 4, 5, 3]), random([3], 'float64', 2), random([3], 'float64', 3)] as const;
    await checkGradient((x, gamma, beta) => instanceNorm(x, { gamma, beta, epsilon: 0.01 }), [...inputs]);
  });

  it('rejects what does not fit', () => {
    expect(() => instanceNorm(tensor([1, 2]))).toThrow('instanceNorm: x must have shape [batch, ..., channels]');
    expect(() => instanceNorm(random([2, 3, 4]), { gamma: random([3]) })).toThrow(
      'instanceNorm: gamma must have shape [4], but has [3]',
    );
    expect(() => instanceNorm(random([2, 3, 4]), { groups: 2 } as never)).toThrow(
      "instanceNorm: unknown option 'groups'",
    );
    expect(() => instanceNorm(random([2, 3, 4]), { epsilon: Number.NaN })).toThrow('instanceNorm: epsilon must be');
  });
});
