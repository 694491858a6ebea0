// What the tests of convolutions share: integer data, on which every algorithm must be exact, and the adjoint identity.
import { expect } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise } from './tensors.js';

export type FloatType = 'float32' | 'float64';

export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Integers from −4 to 4. */
export const integers = (length: number, seed: number): Float64Array =>
  noise(length, seed).map((v) => Math.round(v * 4) + 0);

/** A tensor of integers, or of numbers in [−1, 1). */
export function filled(shape: readonly number[], seed: number, dtype: FloatType = 'float64', data = integers): Tensor {
  return tensor([...data(count(shape), seed)], shape, dtype);
}

/** ⟨a, b⟩ of two tensors, in float64. */
export async function inner(a: Tensor, b: Tensor): Promise<number> {
  const [x, y] = await Promise.all([a.data(), b.data()]);
  return Array.from(x).reduce((sum, value, at) => sum + value * (y[at] as number), 0);
}

/** Output and gradients of `f` for integer `dy`, each with what was expected of it. */
export async function expectExact(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  expected: (dy: Float64Array) => ArrayLike<number>[],
): Promise<void> {
  let dy = new Float64Array(0);
  const { value, gradients } = pullback(
    'test',
    () => f(...inputs),
    inputs,
    (y) => {
      dy = Float64Array.from(integers(count(y.shape), 9));
      return tensor([...dy], y.shape, y.dtype as FloatType);
    },
  );
  const actual = await Promise.all([value, ...gradients].map((t) => t.data()));
  for (const [at, array] of expected(dy).entries())
    expect(Array.from(actual[at] as Float64Array, (v) => v + 0)).toEqual(Array.from(array, (v) => v + 0));
}

/** Plain sums of dy over everything but channels: the gradient by a bias. */
export function channelSums(dy: ArrayLike<number>, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < dy.length; at++) sums[at % channels] = (sums[at % channels] as number) + (dy[at] as number);
  return sums;
}
