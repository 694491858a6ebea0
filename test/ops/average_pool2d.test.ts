import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { averagePool2d } from '../../lib/ops/average_pool2d.js';
import { poolGeometry } from '../../lib/ops/pool2d.js';
import type { WindowAxis } from '../../lib/tensor/padding.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { checkLargeGradient, eachWindow, type PoolCase, poolCases } from '../support/pooling.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const cases = poolCases.flatMap((given) =>
  [true, false].map((counted) => [JSON.stringify(given), counted, given] as const),
);

function reference(x: readonly number[], { shape, ...options }: PoolCase, countIncludePad: boolean): number[] {
  const { height, width } = poolGeometry('test', tensor(x, shape), options);
  const counted = ({ input, kernel, stride, before, after }: WindowAxis, t: number) =>
    Math.min(t * stride - before + kernel, input + after) - (t * stride - before);
  const y: number[] = [];
  eachWindow(shape, height, width, (_, elements, i, j) => {
    const total = elements.reduce((sum, { at }) => sum + (x[at] as number), 0);
    y.push(total / (countIncludePad ? counted(height, i) * counted(width, j) : elements.length));
  });
  return y;
}

describe('averagePool2d', () => {
  it.each(cases)('is the mean of each window: %s, padding counts: %s', async (_, countIncludePad, given) => {
    const { shape, ...options } = given;
    for (const [dtype, digits] of [
      ['float32', 6],
      ['float64', 14],
    ] as const) {
      const x = tensor([...noise(size(shape))], shape, dtype);
      const y = await values(averagePool2d(x, { ...options, countIncludePad }));
      const expected = reference(await values(x), given, countIncludePad);
      expect(y.length).toBe(expected.length);
      for (const [index, value] of y.entries()) expect(value).toBeCloseTo(expected[index] as number, digits);
    }
  });

  it.each(cases)(
    'has the gradient that differences give: %s, padding counts: %s',
    async (_, countIncludePad, given) => {
      const { shape, ...options } = given;
      await checkGradient(
        (x) => averagePool2d(x, { ...options, countIncludePad }),
        [tensor(noise(size(shape)), shape)],
      );
    },
  );

  it('never counts what a last window reaches beyond the input', async () => {
    const x = tensor(
      Float32Array.from({ length: 49 }, (_, i) => i),
      [1, 7, 7, 1],
    );
    const y = averagePool2d(x, { poolSize: 2, strides: 3, ceilMode: true });
    expect(y.shape).toEqual([1, 3, 3, 1]);
    expect(await values(y)).toEqual([4, 7, 9.5, 25, 28, 30.5, 42.5, 45.5, 48]);
  });

  it('counts padding by default, and not where asked', async () => {
    const x = tensor(new Float32Array(4).fill(1), [1, 2, 2, 1]);
    const window = { poolSize: 2, strides: 1, padding: 1 } as const;
    expect(await values(averagePool2d(x, window))).toEqual([0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25]);
    expect(await values(averagePool2d(x, { ...window, countIncludePad: false }))).toEqual(new Array(9).fill(1));
  });

  it('drops a last window that would start beyond the input, in ceilMode', () => {
    const shapeOf = (extent: number, options: Omit<PoolCase, 'shape'>) =>
      averagePool2d(tensor(new Float32Array(extent * extent), [1, extent, extent, 1]), options).shape[1];
    expect(shapeOf(112, { poolSize: 3, strides: 2, ceilMode: true })).toBe(56);
    expect(shapeOf(112, { poolSize: 3, strides: 2 })).toBe(55);
    expect(shapeOf(3, { poolSize: 2, strides: 2, padding: 1, ceilMode: true })).toBe(2);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(8 * 64 * 64 * 9)), [8, 64, 64, 9]);
    const [one, ...others] = await withThreads(async () => {
      const { value, gradients } = pullback(
        'test',
        () => averagePool2d(x, { poolSize: 3, strides: 2, padding: 'same' }),
        [x],
        (y) => tensor(new Float32Array(noise(size(y.shape))), y.shape),
      );
      return [await values(value), await values(gradients[0] as Tensor)];
    });
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = tensor(new Float32Array(16), [1, 4, 4, 1]);
    expect(() => averagePool2d(x, { poolSize: 2, countIncludePad: 1 as never })).toThrow(
      'averagePool2d: countIncludePad must be true or false, but received 1',
    );
    expect(() => averagePool2d(x, { poolSize: 2, ceilMode: 'yes' as never })).toThrow(
      "averagePool2d: ceilMode must be true or false, but received 'yes'",
    );
    expect(() => averagePool2d(x, {} as never)).toThrow(
      'averagePool2d: poolSize must be a positive integer, but received undefined',
    );
  });

  checkLargeGradient(averagePool2d);
});
