// What the tests of the lecture share: data, and the public API put in a form to compare with.
import { ops, type Tensor, tensor, valueAndGradients } from '../../lib/index.js';
import { noise } from '../support/tensors.js';

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Integers from −4 to 4, on which sums are exact. */
export const integers = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    Array.from(noise(count(shape), seed), (v) => Math.round(v * 4) + 0),
    shape,
    'float64',
  );

/** Numbers in [−1, 1). */
export const numbers = (shape: readonly number[], seed: number): Tensor =>
  tensor([...noise(count(shape), seed)], shape, 'float64');

/** 0, 1, 2, … */
export const counting = (shape: readonly number[], start = 0): Tensor =>
  tensor(
    Array.from({ length: count(shape) }, (_, n) => n + start),
    shape,
    'float64',
  );

/** All elements the same. */
export const constant = (shape: readonly number[], value: number): Tensor =>
  tensor(Array<number>(count(shape)).fill(value), shape, 'float64');

/** ⟨a, b⟩ */
export const inner = (a: Tensor, b: Tensor): Promise<number> => ops.sum(ops.multiply(a, b)).item();

/** The gradients of ⟨f(), dy⟩ by the inputs. */
export const gradientsOf = (f: () => Tensor, dy: Tensor, inputs: readonly Tensor[]): Tensor[] =>
  valueAndGradients(() => ops.sum(ops.multiply(f(), dy)), inputs).gradients;

/** The images moved down: zeros come in at the top, or what left at the bottom. */
export function movedDown(images: Tensor, by: number, mode: 'constant' | 'circular' = 'constant'): Tensor {
  const height = images.shape[1] as number;
  const sides = [
    [0, 0],
    [by, 0],
    [0, 0],
    [0, 0],
  ] as const;
  return ops.slice(ops.pad(images, sides, { mode }), [], [-1, height]);
}
