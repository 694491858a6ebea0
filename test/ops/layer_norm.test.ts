import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { layerNorm } from '../../lib/ops/layer_norm.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { groupNormReference } from '../support/normalization.js';
import { expectClose, random, size } from '../support/operators.js';
import { lengths, values } from '../support/tensors.js';

describe('layerNorm', () => {
  it.each(lengths)('normalises rows of %i', async (length) => {
    for (const [dtype, tolerance] of [
      ['float32', 3e-5],
      ['float64', 1e-12],
    ] as const) {
      const [x, gamma, beta] = [random([5, length], dtype), random([length], dtype, 2), random([length], dtype, 3)];
      const expected = groupNormReference(await values(x), [5, 1, length, 1], await values(gamma), await values(beta));
      await expectClose(layerNorm(x, { gamma, beta }), expected, tolerance);
    }
  });

  it('normalises several last axes together', async () => {
    const shape = [2, 3, 4, 5];
    const x = random(shape);
    const expected = groupNormReference(await values(x), [2, 1, 60, 1], new Array(60).fill(1), new Array(60).fill(0));
    await expectClose(layerNorm(x, { axes: 3 }), expected, 1e-12);
    await expectClose(
      layerNorm(tensor([1, 2, 3, 4], [4], 'float64'), { epsilon: 0 }),
      [-1.5, -0.5, 0.5, 1.5].map((v) => v / Math.sqrt(1.25)),
      1e-14,
    );
  });

  it.each([
    [[3, 7], 1],
    [[2, 3, 4, 5], 3],
    [[2, 33, 17], 1],
    [[200, 3], 1],
  ] as const)('has the gradient that differences give: %j over %i axes', async (shape, axes) => {
    const normalised = shape.slice(-axes);
    expect(size(normalised)).toBeGreaterThan(0);
    const inputs = [random(shape), random(normalised, 'float64', 2), random(normalised, 'float64', 3)] as const;
    await checkGradient((x, gamma, beta) => layerNorm(x, { axes, gamma, beta, epsilon: 0.01 }), [...inputs]);
  });

  it('rejects what does not fit', () => {
    const x = random([2, 3, 4]);
    expect(() => layerNorm(x, { axes: 0 })).toThrow('layerNorm: axes must be a positive integer, but received 0');
    expect(() => layerNorm(x, { axes: 4 })).toThrow('layerNorm: x of shape [2, 3, 4] has no 4 last axes to normalise');
    expect(() => layerNorm(x, { axes: 2, gamma: random([4]) })).toThrow(
      'layerNorm: gamma must have shape [3, 4], but has [4]',
    );
    expect(() => layerNorm(tensor(new Int32Array(4), [4]))).toThrow(
      'layerNorm: x must be float32, float64 or bfloat16',
    );
  });
});
