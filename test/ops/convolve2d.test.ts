// Convolution of matrices: the lecture's statements about (h ∗ k)(i,j) = Σ_{m,n} h(m,n) k(i − m, j − n).
import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { add } from '../../lib/ops/add.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { convolve2d } from '../../lib/ops/convolve2d.js';
import { crossCorrelate2d } from '../../lib/ops/cross_correlate2d.js';
import { flip } from '../../lib/ops/flip.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { filled } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

const counting = (rows: number, columns: number) =>
  tensor(
    Array.from({ length: rows * columns }, (_, n) => n),
    [rows, columns],
    'float64',
  );
const total = (array: readonly number[]) => array.reduce((a, b) => a + b, 0);

describe('convolve2d', () => {
  it('gives the 9×9 sums of 0…48 as 7×7 with 0…8 as 3×3, total 1176 · 36', async () => {
    const y = convolve2d(counting(7, 7), counting(3, 3));
    expect(y.shape).toEqual([9, 9]);
    expect(total(await values(y))).toBe(42336);
  });

  it('gives their valid part', async () => {
    const y = convolve2d(counting(7, 7), counting(3, 3), 'valid');
    expect(y.shape).toEqual([5, 5]);
    const sums = await values(y);
    expect(sums.slice(0, 5)).toEqual([156, 192, 228, 264, 300]);
    expect(sums.slice(-5)).toEqual([1164, 1200, 1236, 1272, 1308]);
    expect(total(sums)).toBe(18300);
  });

  const [a, b, c] = [filled([5, 6], 1), filled([3, 4], 2), filled([2, 3], 3)];

  it('commutes', async () => {
    expect(await values(convolve2d(a, b))).toEqual(await values(convolve2d(b, a)));
  });

  it('is associative', async () => {
    expect(await values(convolve2d(convolve2d(a, b), c))).toEqual(await values(convolve2d(a, convolve2d(b, c))));
  });

  it('distributes over sums', async () => {
    const d = filled([3, 4], 4);
    expect(await values(convolve2d(a, add(b, d)))).toEqual(await values(add(convolve2d(a, b), convolve2d(a, d))));
  });

  it('has the identity δ', async () => {
    expect(await values(convolve2d(a, tensor([1], [1, 1], 'float64')))).toEqual(await values(a));
    const delta = tensor([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3], 'float64');
    expect(await values(convolve2d(a, delta, 'same'))).toEqual(await values(a));
  });

  it('keeps the product of the sums', async () => {
    const [x, y] = await Promise.all([a, b].map(values));
    expect(total(await values(convolve2d(a, b)))).toBe(total(x as number[]) * total(y as number[]));
  });

  it('is the cross-correlation with the kernel flipped on both axes, in every mode', async () => {
    for (const mode of ['full', 'same', 'valid'] as const)
      expect(await values(convolve2d(a, flip(b, [0, 1]), mode))).toEqual(await values(crossCorrelate2d(a, b, mode)));
  });

  it('holds cross-correlation, shifted by the kernel less one', async () => {
    const full = await values(convolve2d(a, flip(b, [0, 1])));
    const valid = await values(crossCorrelate2d(a, b, 'valid'));
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) expect(valid[i * 3 + j]).toBe(full[(i + 2) * 9 + (j + 3)]);
  });

  it('is what conv2d computes with flip, for every pair of channels', async () => {
    const [x, k] = [filled([1, 5, 6, 2], 5), filled([3, 2, 2, 1], 6)];
    const [xs, ks] = await Promise.all([x, k].map(values));
    const channel = (all: readonly number[], p: number, shape: [number, number]) =>
      tensor(
        all.filter((_, at) => at % 2 === p),
        shape,
        'float64',
      );
    const apart = [0, 1].map((p) =>
      convolve2d(channel(xs as number[], p, [5, 6]), channel(ks as number[], p, [3, 2]), 'valid'),
    );
    const y = conv2d(x, k, { flip: true });
    expect(await values(reshape(y, [3, 5]))).toEqual(await values(add(apart[0] as typeof x, apart[1] as typeof x)));
  });

  it('has the gradients that differences give', async () => {
    for (const mode of ['full', 'same', 'valid'] as const)
      await checkGradient(
        (h, k) => convolve2d(h, k, mode),
        [tensor(noise(30, 1), [5, 6]), tensor(noise(6, 2), [2, 3])],
      );
  });

  it('names what does not fit', () => {
    expect(() => convolve2d(b, a, 'valid')).toThrow('convolve2d: k [5, 6] does not lie within h [3, 4]');
    expect(() => convolve2d(a, filled([3], 1))).toThrow(
      'convolve2d: k must have 2 axes [height, width], but has shape [3]',
    );
    expect(() => convolve2d(a, b, 'SAME' as never)).toThrow("convolve2d: mode must be one of 'full', 'same', 'valid'");
    expect(() => convolve2d(a, filled([3, 0], 1))).toThrow('convolve2d: k is empty, of shape [3, 0]');
  });
});
