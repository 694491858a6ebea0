// What the tests of linear and normalising ops share.
import { expect } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from './tensors.js';

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A tensor of noise. */
export function random(shape: readonly number[], dtype: 'float32' | 'float64' = 'float64', seed = 1): Tensor {
  return tensor([...noise(size(shape), seed)], shape, dtype);
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, index) => sum + value * (b[index] as number), 0);

/** Checks ⟨f(x), y⟩ = ⟨x, fᵀ(y)⟩ of a linear op in float64, fᵀ being what its gradient computes. */
export async function expectAdjoint(f: (x: Tensor) => Tensor, shape: readonly number[]): Promise<void> {
  const x = random(shape, 'float64', 3);
  let y = new Float64Array(0);
  const { value, gradients } = pullback(
    'test',
    () => f(x),
    [x],
    (output) => {
      y = noise(size(output.shape), 4);
      return tensor(y, output.shape);
    },
  );
  const [forward, backward] = [dot(await values(value), y), dot(await values(x), await values(gradients[0] as Tensor))];
  expect(Math.abs(forward - backward)).toBeLessThan(1e-12 * size(shape));
}

/** Checks element by element, with a bound that grows with the elements. */
export async function expectClose(actual: Tensor, expected: ArrayLike<number>, tolerance: number): Promise<void> {
  const y = await values(actual);
  expect(y.length).toBe(expected.length);
  for (const [index, value] of y.entries()) {
    const wanted = expected[index] as number;
    if (!(Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))) expect(value).toBe(wanted);
  }
}

/** The gradient by x for a given upstream gradient. */
export async function gradientOf(f: () => Tensor, x: Tensor, dy: ArrayLike<number>): Promise<number[]> {
  const { value, gradients } = pullback('test', f, [x], (y) => tensor(Array.from(dy), y.shape, x.dtype as 'float64'));
  value.dispose();
  return values(gradients[0] as Tensor);
}
