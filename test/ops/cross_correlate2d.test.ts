import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { crossCorrelate2d } from '../../lib/ops/cross_correlate2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

it('gives the 5×5 sums of 0…48 as 7×7 with 0…8 as 3×3', async () => {
  const counting = (side: number) =>
    tensor(
      Array.from({ length: side * side }, (_, n) => n),
      [side, side],
    );
  const sums = await values(crossCorrelate2d(counting(7), counting(3), 'valid'));
  expect(sums.slice(0, 5)).toEqual([420, 456, 492, 528, 564]);
  expect(sums.slice(-5)).toEqual([1428, 1464, 1500, 1536, 1572]);
  expect(sums.reduce((a, b) => a + b, 0)).toBe(24900);
});

it('has the gradients that differences give', async () => {
  await checkGradient((h, k) => crossCorrelate2d(h, k), [tensor(noise(20, 1), [4, 5]), tensor(noise(6, 2), [3, 2])]);
});

it('names what does not fit', () => {
  const h = tensor(noise(20, 1), [4, 5]);
  expect(() => crossCorrelate2d(h, tensor(noise(5, 1), [5, 1]), 'valid')).toThrow(
    'crossCorrelate2d: k [5, 1] does not lie within h [4, 5]',
  );
});
