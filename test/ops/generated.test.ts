// Every differentiable op on shapes and options that fast-check draws: its gradient against differences along random directions,
// and for linear ops the adjoint identity ⟨L x, y⟩ = ⟨x, Lᵀ y⟩, Lᵀ being what the gradient computes. In float64.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { checkGradient, ops, type Tensor, tensor } from '../../lib/index.js';
import { type Draw, type Generated, type Generator, linearOps } from '../support/linear_ops.js';
import { random, size } from '../support/operators.js';
import { smoothOps } from '../support/smooth_ops.js';
import { noise, values } from '../support/tensors.js';

const notDifferentiable = [
  'argMax',
  'confusionMatrix',
  'decodeDigitSequence',
  'equal',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
  'normalizePixels',
  'notEqual',
  'randomNormal',
  'randomTruncatedNormal',
  'randomUniform',
  'scoreHistogram',
  'sequenceCorrect',
  'topKCorrect',
];

/** Runs `check` on a few drawn calls. */
async function onCalls(generator: Generator, check: (call: Generated) => Promise<void>): Promise<void> {
  const property = fc.asyncProperty(fc.gen(), async (g) => {
    const n: Draw = (min, max) => g(fc.integer, { min, max });
    await check(generator(n));
  });
  await fc.assert(property, { numRuns: 10, seed: 7 });
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

/** In one group of inputs, the others fixed. Affine ops lose their constant by having no input outside the group that adds. */
async function expectAdjoint({ inputs, apply }: Generated, group: readonly string[]): Promise<void> {
  const names = Object.keys(inputs);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, shape], at) => [name, random(shape, 'float64', at + 1)]),
  );
  let dy: number[] = [];
  const { value, gradients } = pullback(
    'test',
    () => apply(tensors),
    names.map((name) => tensors[name] as Tensor),
    (y) => {
      dy = [...noise(size(y.shape), 9)];
      return tensor(dy, y.shape, 'float64');
    },
  );
  const y = await values(value);
  let [gap, scale] = [dot(y, dy), norm(y) * norm(dy)];
  for (const [at, name] of names.entries()) {
    if (!group.includes(name)) continue;
    const [x, dx] = [await values(tensors[name] as Tensor), await values(gradients[at] as Tensor)];
    gap -= dot(x, dx);
    scale += norm(x) * norm(dx);
  }
  expect(Math.abs(gap)).toBeLessThanOrEqual(1e-14 * scale);
}

describe('linear ops', () => {
  it.each(Object.entries(linearOps))('%s is adjoint to its gradient', async (_, generator) => {
    await onCalls(generator, async (call) => {
      for (const group of call.groups ?? [Object.keys(call.inputs)]) await expectAdjoint(call, group);
    });
  });
});

describe('differentiable ops', () => {
  const all = { ...linearOps, ...smoothOps };

  it('are all here: the others are counts, choices, comparisons and random numbers', () => {
    const others = Object.keys(ops).filter((name) => /^[a-z]/.test(name) && !(name in all));
    expect(others.sort()).toEqual(notDifferentiable);
  });

  it.each(Object.entries(all))('%s has the gradient that differences give, on drawn shapes', async (_, generator) => {
    await onCalls(generator, async ({ inputs, apply }) => {
      const names = Object.keys(inputs);
      const tensors = names.map((name, at) => random(inputs[name] as number[], 'float64', at + 1));
      const f = (...given: Tensor[]) => apply(Object.fromEntries(names.map((name, at) => [name, given[at] as Tensor])));
      // Rounding of the differences, over a step of 2e-6, is all that is left of what is exactly linear.
      await checkGradient(f, tensors, { tolerance: 1e-6 });
    });
  });
});
