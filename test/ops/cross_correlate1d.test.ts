import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { crossCorrelate1d } from '../../lib/ops/cross_correlate1d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

it('gives [1,2,3] ⋆ [0,1,0.5] = [0.5, 2, 3.5, 3, 0]; swapped, the reverse: it does not commute', async () => {
  const [h, k] = [tensor([1, 2, 3]), tensor([0, 1, 0.5])];
  expect(await values(crossCorrelate1d(h, k))).toEqual([0.5, 2, 3.5, 3, 0]);
  expect(await values(crossCorrelate1d(k, h))).toEqual([0, 3, 3.5, 2, 0.5]);
});

it('has the gradients that differences give', async () => {
  await checkGradient((h, k) => crossCorrelate1d(h, k, 'same'), [tensor(noise(9, 1)), tensor(noise(4, 2))]);
});

it('names what does not fit', () => {
  expect(() => crossCorrelate1d(tensor([1, 2]), tensor([1, 2, 3]), 'valid')).toThrow(
    'crossCorrelate1d: k [3] does not lie within h [2]',
  );
});
