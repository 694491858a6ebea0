import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { transpose } from '../../lib/ops/transpose.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

const count = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** Element by element: the result at index i is x at the index whose axis permutation[a] is i[a]. */
function reference(x: readonly number[], shape: readonly number[], permutation: readonly number[]): number[] {
  const strides = shape.map((_, axis) => count(shape.slice(axis + 1)));
  const walk = (depth: number, at: number): number[] => {
    const axis = permutation[depth];
    if (axis === undefined) return [x[at] as number];
    return Array.from({ length: shape[axis] as number }, (_, i) =>
      walk(depth + 1, at + i * (strides[axis] as number)),
    ).flat();
  };
  return walk(0, 0);
}

function permutations(axes: readonly number[]): number[][] {
  if (axes.length === 0) return [[]];
  return axes.flatMap((axis) => permutations(axes.filter((other) => other !== axis)).map((rest) => [axis, ...rest]));
}

describe('transpose', () => {
  it('reorders four axes in every way', async () => {
    for (const shape of [
      [2, 3, 4, 5],
      [2, 1, 4, 1],
      [3, 0, 2, 2],
    ]) {
      const x = Array.from({ length: count(shape) }, (_, i) => i);
      for (const permutation of permutations([0, 1, 2, 3])) {
        const y = transpose(tensor(x, shape), permutation);
        expect(y.shape).toEqual(permutation.map((axis) => shape[axis]));
        expect(await values(y)).toEqual(reference(x, shape, permutation));
      }
    }
  });

  it.each(['float32', 'float64', 'int32', 'uint8'] as const)(
    'moves %s matrices around the tile size',
    async (dtype) => {
      for (const shape of [
        [1, 1],
        [31, 33],
        [32, 64],
        [65, 3],
        [200, 300],
      ]) {
        const x = Array.from({ length: count(shape) }, (_, i) => i % 251);
        expect(await values(transpose(tensor(x, shape, dtype)))).toEqual(reference(x, shape, [1, 0]));
      }
    },
  );

  it('has the gradient that differences give', async () => {
    for (const permutation of [
      [2, 0, 1],
      [0, 2, 1],
      [-1, 1, 0],
    ])
      await checkGradient((x) => transpose(x, permutation), [tensor(noise(60), [3, 4, 5])]);
  });

  it('reverses the axes by default', () => {
    expect(transpose(tensor(noise(6), [1, 2, 3])).shape).toEqual([3, 2, 1]);
  });

  it('rejects what is no permutation', () => {
    const x = tensor(noise(6), [2, 3]);
    const message = 'transpose: permutation must hold each of the 2 axes of x once, but received ';
    for (const wrong of [[0], [0, 0], [0, 2], [0, 1, 1], [-3, 1]])
      expect(() => transpose(x, wrong)).toThrow(message + JSON.stringify(wrong));
    expect(() => transpose(x, 1 as never)).toThrow('transpose: permutation must be an array of axes, but received 1');
  });
});
