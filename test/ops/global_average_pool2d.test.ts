import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { globalAveragePool2d } from '../../lib/ops/global_average_pool2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const shapes = [1, 2, 3, 4, 5, 15, 16, 17, 24, 33, 64, 100, 300].map((channels) => [2, 5, 7, channels] as const);

describe('globalAveragePool2d', () => {
  it.each([...shapes, [1, 200, 211, 3], [3, 1, 1, 8], [2, 40, 40, 40]] as const)(
    'is the mean over the image: [%d, %d, %d, %d]',
    async (...shape) => {
      const [batch, height, width, channels] = shape;
      for (const [dtype, digits] of [
        ['float32', 6],
        ['float64', 14],
      ] as const) {
        const x = tensor([...noise(size(shape))], shape, dtype);
        const data = await values(x);
        const y = globalAveragePool2d(x);
        expect(y.shape).toEqual([batch, channels]);
        for (const [index, value] of (await values(y)).entries()) {
          let total = 0;
          for (let p = 0; p < height * width; p++)
            total += data[
              (Math.floor(index / channels) * height * width + p) * channels + (index % channels)
            ] as number;
          expect(value).toBeCloseTo(total / (height * width), digits);
        }
      }
    },
  );

  it('has the gradient that differences give', async () => {
    for (const shape of shapes) await checkGradient(globalAveragePool2d, [tensor(noise(size(shape)), shape)]);
  });

  it('stays accurate for large images', async () => {
    const y = await values(globalAveragePool2d(tensor(new Float32Array(224 * 224 * 2).fill(0.1), [1, 224, 224, 2])));
    for (const value of y) expect(Math.abs(value - 0.1)).toBeLessThan(1.5e-7);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(2 * 120 * 120 * 24)), [2, 120, 120, 24]);
    const [one, ...others] = await withThreads(() => values(globalAveragePool2d(x)));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what is no image', () => {
    expect(() => globalAveragePool2d(tensor([1, 2]))).toThrow('globalAveragePool2d: x must have 4 axes');
    expect(() => globalAveragePool2d(tensor(new Float32Array(0), [1, 0, 4, 3]))).toThrow(
      'an image must not be empty, but x has shape [1, 0, 4, 3]',
    );
  });
});
