// Convolution of signals: the lecture's statements about (h ∗ k)(t) = Σ_τ h(τ) k(t − τ).
import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { convolve1d } from '../../lib/ops/convolve1d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { filled } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

describe('convolve1d', () => {
  it('gives [1,2,3] ∗ [0,1,0.5] = [0, 1, 2.5, 4, 1.5], in either order', async () => {
    const [h, k] = [tensor([1, 2, 3]), tensor([0, 1, 0.5])];
    expect(await values(convolve1d(h, k))).toEqual([0, 1, 2.5, 4, 1.5]);
    expect(await values(convolve1d(k, h))).toEqual([0, 1, 2.5, 4, 1.5]);
    expect(await values(convolve1d(h, k, 'same'))).toEqual([1, 2.5, 4]);
    expect(await values(convolve1d(h, k, 'valid'))).toEqual([2.5]);
  });

  it('flips the kernel: a δ shifted by a shifts the signal by +a', async () => {
    const signal = [3, 1, 4, 1, 5, 9, 2, 6];
    for (let a = 0; a < 5; a++) {
      const delta = Array.from({ length: 5 }, (_, t) => (t === a ? 1 : 0));
      const shifted = [...Array(a).fill(0), ...signal, ...Array(4 - a).fill(0)];
      expect(await values(convolve1d(tensor(signal), tensor(delta)))).toEqual(shifted);
    }
  });

  it('approximates the integral: box ∗ box is a triangle', async () => {
    const step = 1 / 64;
    // Samples in the middle of each step: sum number n is the integral at (n + 1)·step − 1.
    const box = tensor(new Float64Array(64).fill(1));
    const triangle = (await values(convolve1d(box, box))).map((v) => v * step);
    expect(triangle).toEqual(Array.from({ length: 127 }, (_, n) => 1 - Math.abs((n + 1) * step - 1)));
    expect([triangle[63], triangle[95], triangle[31]]).toEqual([1, 0.5, 0.5]);
  });

  it('approximates the integral: N(0, 0.6²) ∗ N(0, 0.8²) = N(0, 1)', async () => {
    const step = 1 / 32;
    const normal = (t: number, deviation: number) =>
      Math.exp((-t * t) / (2 * deviation * deviation)) / (deviation * Math.sqrt(2 * Math.PI));
    const times = Array.from({ length: 513 }, (_, n) => (n - 256) * step);
    const [h, k] = [0.6, 0.8].map((deviation) => tensor(Float64Array.from(times, (t) => normal(t, deviation))));
    const sum = await values(convolve1d(h as never, k as never, 'same'));
    const worst = Math.max(...sum.map((v, n) => Math.abs(v * step - normal(times[n] as number, 1))));
    expect(worst).toBeLessThan(1e-9);
  });

  it('is associative and keeps the product of the sums', async () => {
    const [a, b, c] = [filled([9], 1), filled([4], 2), filled([6], 3)];
    const left = await values(convolve1d(convolve1d(a, b), c));
    expect(await values(convolve1d(a, convolve1d(b, c)))).toEqual(left);
    const total = async (...all: (typeof a)[]) =>
      (await Promise.all(all.map(values))).map((v) => v.reduce((x, y) => x + y, 0)).reduce((x, y) => x * y, 1);
    expect(left.reduce((x, y) => x + y, 0)).toBe(await total(a, b, c));
  });

  it('has the gradients that differences give', async () => {
    for (const mode of ['full', 'same', 'valid'] as const)
      await checkGradient((h, k) => convolve1d(h, k, mode), [tensor(noise(9, 1)), tensor(noise(4, 2))]);
  });

  it('names what does not fit', () => {
    const [h, k] = [filled([3], 1), filled([4], 2)];
    expect(() => convolve1d(h, k, 'valid')).toThrow('convolve1d: k [4] does not lie within h [3]');
    expect(() => convolve1d(h, k, 'circular' as never)).toThrow(
      "convolve1d: mode must be one of 'full', 'same', 'valid'",
    );
    expect(() => convolve1d(h, filled([0], 1))).toThrow('convolve1d: k is empty, of shape [0]');
    expect(() => convolve1d(h, filled([2, 2], 1))).toThrow(
      'convolve1d: k must have 1 axis [length], but has shape [2, 2]',
    );
    expect(() => convolve1d(h, filled([2], 1, 'float32'))).toThrow('convolve1d: k is float32, but h is float64');
  });
});
