import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { groupNorm } from '../../lib/ops/group_norm.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { groupNormReference } from '../support/normalization.js';
import { expectClose, gradientOf, random, size } from '../support/operators.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const cases = [
  [[2, 3, 3, 4], 2],
  [[1, 1, 1, 6], 3],
  [[3, 5, 7, 16], 4],
  [[2, 4, 4, 17], 1],
  [[2, 4, 4, 17], 17],
  [[2, 9, 9, 24], 3],
  [[5, 33], 3],
  [[2, 40, 40, 3], 1],
  [[2, 6, 64], 8],
  [[1, 3, 3, 300], 100],
] as const;

describe('groupNorm', () => {
  it.each(cases)('normalises each group of each sample: %j in %i groups', async (shape, groups) => {
    const channels = shape.at(-1) as number;
    const numbers = [shape[0], size(shape) / shape[0] / channels, channels, groups] as const;
    for (const [dtype, tolerance] of [
      ['float32', 3e-5],
      ['float64', 1e-12],
    ] as const) {
      const [x, gamma, beta] = [random(shape, dtype), random([channels], dtype, 2), random([channels], dtype, 3)];
      const expected = groupNormReference(await values(x), numbers, await values(gamma), await values(beta));
      await expectClose(groupNorm(x, { groups, gamma, beta }), expected, tolerance);
    }
  });

  it.each(cases)('has the gradient that differences give: %j in %i groups', async (shape, groups) => {
    const channels = shape.at(-1) as number;
    const inputs = [random(shape), random([channels], 'float64', 2), random([channels], 'float64', 3)] as const;
    await checkGradient((x, gamma, beta) => groupNorm(x, { groups, gamma, beta, epsilon: 0.01 }), [...inputs]);
    await checkGradient((x) => groupNorm(x, { groups, epsilon: 0.01 }), [inputs[0]]);
  });

  it('keeps its digits where the mean is large', async () => {
    const x = tensor(
      Float32Array.from({ length: 4096 }, (_, i) => 1000 + (i % 4)),
      [1, 64, 64, 1],
    );
    const y = await values(groupNorm(x, { groups: 1, epsilon: 0 }));
    for (const [index, value] of y.entries()) expect(value).toBeCloseTo(((index % 4) - 1.5) / Math.sqrt(1.25), 5);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = random([7, 20, 20, 12], 'float32');
    const gamma = random([12], 'float32', 2);
    const dy = await values(random([7, 20, 20, 12], 'float32', 5));
    const [one, ...others] = await withThreads(() => gradientOf(() => groupNorm(x, { groups: 3, gamma }), gamma, dy));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = random([2, 3, 3, 6]);
    expect(() => groupNorm(x, { groups: 4 })).toThrow('groupNorm: x has 6 channels, which 4 groups do not divide');
    expect(() => groupNorm(x, { groups: 0 })).toThrow('groupNorm: groups must be a positive integer, but received 0');
    expect(() => groupNorm(x, { groups: 2, gamma: random([5]) })).toThrow(
      'groupNorm: gamma must have shape [6], but has [5]',
    );
    expect(() => groupNorm(x, { groups: 2, beta: random([6], 'float32') })).toThrow(
      'groupNorm: beta is float32, but x is float64',
    );
    expect(() => groupNorm(x, { groups: 2, epsilon: -1 })).toThrow('groupNorm: epsilon must be a finite number');
    expect(() => groupNorm(tensor([1, 2]), { groups: 1 })).toThrow(
      'groupNorm: x must have shape [batch, ..., channels]',
    );
  });
});
