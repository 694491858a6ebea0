import { expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import type { Padding } from '../../lib/tensor/padding.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { size } from './operators.js';
import { noise } from './tensors.js';

/** One pooling of the tests: [batch, height, width, channels] and a window. */
export interface PoolCase {
  readonly shape: readonly [number, number, number, number];
  readonly poolSize: number | readonly [number, number];
  readonly strides?: number | readonly [number, number];
  readonly padding?: Padding;
  readonly ceilMode?: boolean;
}

/** Few and many channels, overlapping and gapped windows, every side padded, unread rests, windows beyond the input. */
export const poolCases: readonly PoolCase[] = [
  ...[1, 2, 3, 4, 7, 15, 16, 17, 24, 33, 64].map((channels) => ({ shape: [2, 6, 6, channels] as const, poolSize: 2 })),
  ...[1, 3, 24].flatMap((channels) => [
    { shape: [2, 9, 11, channels] as const, poolSize: 3, strides: 2, padding: 'same' as const },
    { shape: [1, 8, 7, channels] as const, poolSize: 3, strides: 1, padding: 1 },
    { shape: [1, 7, 8, channels] as const, poolSize: [2, 3] as const, strides: [3, 4] as const },
    { shape: [2, 7, 7, channels] as const, poolSize: 2, strides: 3, ceilMode: true },
    {
      shape: [1, 5, 9, channels] as const,
      poolSize: 4,
      strides: [1, 3] as const,
      padding: { h: [3, 1], w: [0, 3] } as const,
    },
    { shape: [1, 6, 5, channels] as const, poolSize: 3, strides: 2, padding: 1, ceilMode: true },
    { shape: [1, 4, 4, channels] as const, poolSize: 4 },
    { shape: [2, 8, 11, channels] as const, poolSize: [3, 2] as const },
    { shape: [1, 6, 40, channels] as const, poolSize: 3, strides: 2, padding: 'full' as const },
  ]),
  { shape: [2, 5, 6, 70], poolSize: 3, strides: 2, padding: 1 },
  { shape: [1, 4, 5, 64], poolSize: 3, strides: 1, padding: 'same' },
  { shape: [1, 7, 9, 65], poolSize: [2, 3], strides: [3, 1] },
];

/** One axis of a reference sweep. */
export interface PoolAxisReference {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly out: number;
}

/** For each output element in order: the offsets in x its window reads, in row-major order, and its positions in the window. */
export function eachWindow(
  [batch, , , channels]: readonly [number, number, number, number],
  h: PoolAxisReference,
  w: PoolAxisReference,
  visit: (y: number, elements: { at: number; position: number }[], row: number, column: number) => void,
): void {
  let y = 0;
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < h.out; i++)
      for (let j = 0; j < w.out; j++)
        for (let c = 0; c < channels; c++) {
          const elements: { at: number; position: number }[] = [];
          for (let m = 0; m < h.kernel; m++)
            for (let l = 0; l < w.kernel; l++) {
              const [row, column] = [i * h.stride - h.before + m, j * w.stride - w.before + l];
              if (row < 0 || row >= h.input || column < 0 || column >= w.input) continue;
              elements.push({
                at: ((n * h.input + row) * w.input + column) * channels + c,
                position: m * w.kernel + l,
              });
            }
          visit(y++, elements, i, j);
        }
}

/** The numbers 0 … n − 1 in a scrambled order, spread over [−1, 1): no two are closer than 2 / n. */
export function distinct(n: number): Float64Array {
  const order = Float64Array.from({ length: n }, (_, i) => i);
  let state = 12345;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order.map((value) => (2 * value) / n - 1);
}

/** Declares the test that a large gradient, which is written past the caches, is that of each image. */
export function checkLargeGradient(pool: (x: Tensor, options: { poolSize: number }) => Tensor): void {
  it('writes a gradient that exceeds the caches past them: a batch is what its images are', async () => {
    const [image, out] = [
      [256, 257, 64],
      [128, 128, 64],
    ];
    const gradientOf = async (data: Float32Array, dy: Float32Array, batch: number) => {
      const x = tensor(data, [batch, ...image]);
      const { gradients } = pullback(
        'test',
        () => pool(x, { poolSize: 2 }),
        [x],
        () => tensor(dy, [batch, ...out]),
      );
      const dx = await (gradients[0] as Tensor).data();
      return Buffer.from(dx.buffer, dx.byteOffset, dx.byteLength);
    };
    const [x, dy] = [Float32Array.from(noise(2 * size(image))), Float32Array.from(noise(2 * size(out)))];
    const half = (data: Float32Array, at: number) => data.slice((at * data.length) / 2, ((at + 1) * data.length) / 2);
    const apart = await Promise.all([0, 1].map((at) => gradientOf(half(x, at), half(dy, at), 1)));
    expect((await gradientOf(x, dy, 2)).equals(Buffer.concat(apart))).toBe(true);
  });
}
