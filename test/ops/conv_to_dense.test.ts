import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type ConvToDenseOptions, convToDense } from '../../lib/ops/conv_to_dense.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { matmul } from '../../lib/ops/matmul.js';
import { reshape } from '../../lib/ops/reshape.js';
import { filled } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

it.each<ConvToDenseOptions>([
  {},
  { padding: 'same' },
  { padding: 1, strides: [2, 1] },
  { dilations: 2, flip: true },
  { groups: 2, padding: 'full' },
])('makes a convolution a dense layer with equal outputs: %j', async (options) => {
  const [x, filter] = [filled([3, 7, 6, 2 * (options.groups ?? 1)], 1), filled([3, 2, 2, 4], 2)];
  const matrix = convToDense(filter, x.shape.slice(1), options);
  const y = conv2d(x, filter, options);
  expect(matrix.shape).toEqual([84 * (options.groups ?? 1), y.shape.slice(1).reduce((a, b) => a * b, 1)]);
  expect(await values(matmul(reshape(x, [3, -1]), matrix))).toEqual(await values(y));
});

it('gives a block-Toeplitz matrix: a step of one pixel on both sides meets the same weight', async () => {
  const matrix = await values(convToDense(filled([3, 3, 1, 1], 2), [5, 5, 1]));
  const at = (row: number, column: number, i: number, j: number) => matrix[(row * 5 + column) * 9 + i * 3 + j];
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++)
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 2; j++) {
          expect(at(row + 1, column, i + 1, j)).toBe(at(row, column, i, j));
          expect(at(row, column + 1, i, j + 1)).toBe(at(row, column, i, j));
          if (row < i || row >= i + 3 || column < j || column >= j + 3) expect(at(row, column, i, j)).toBe(0);
        }
});

it('holds numbers of the filter and zeros only, however many channels there are', async () => {
  const filter = filled([3, 3, 32, 32], 2, 'float32', noise);
  const weights = new Set([0, ...(await values(filter))]);
  const matrix = await convToDense(filter, [4, 4, 32], { padding: 'same' }).data();
  expect(matrix.every((weight) => weights.has(weight + 0))).toBe(true);
});

it('has the gradient that differences give: tied weights add up', async () => {
  await checkGradient(
    (k) => convToDense(k, [4, 3, 2], { padding: 'same' }),
    [filled([2, 3, 2, 3], 2, 'float64', noise)],
  );
});

it('names what does not fit', () => {
  const filter = filled([3, 3, 2, 4], 2);
  expect(() => convToDense(filter, [5, 5])).toThrow('convToDense: image must have 3 axes [height, width, channels]');
  expect(() => convToDense(filter, [5, 5, 3])).toThrow('input has 3 channels, filter [3, 3, 2, 4] expects 2');
  expect(() => convToDense(filter, [5, 5, 2], { bias: filled([4], 1) } as object)).toThrow(
    "convToDense: unknown option 'bias'",
  );
});
