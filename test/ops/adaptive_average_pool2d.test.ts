import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { adaptiveAveragePool2d } from '../../lib/ops/adaptive_average_pool2d.js';
import { averagePool2d } from '../../lib/ops/average_pool2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { adaptiveCases, adaptiveWindows } from '../support/adaptive_pooling.js';
import { expectAdjoint, expectClose, random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const mean = (x: readonly number[], window: readonly number[]) =>
  window.reduce((sum, at) => sum + (x[at] as number), 0) / window.length;

describe('adaptiveAveragePool2d', () => {
  it.each(adaptiveCases)('pools windows that cover the image: %j to %j', async (shape, outputSize) => {
    for (const [dtype, tolerance] of [
      ['float32', 1e-6],
      ['float64', 1e-14],
    ] as const) {
      const x = random(shape, dtype);
      const data = await values(x);
      await expectClose(
        adaptiveAveragePool2d(x, { outputSize }),
        adaptiveWindows(shape, outputSize).map((window) => mean(data, window)),
        tolerance,
      );
    }
  });

  it.each(adaptiveCases)('has the gradient that differences give: %j to %j', async (shape, outputSize) => {
    await checkGradient((x) => adaptiveAveragePool2d(x, { outputSize }), [tensor(distinct(size(shape)), shape)]);
  });

  it.each(adaptiveCases)('is linear, and its gradient the transpose: %j to %j', async (shape, outputSize) => {
    await expectAdjoint((x) => adaptiveAveragePool2d(x, { outputSize }), shape);
  });

  it('is average pooling where the output size divides the input', async () => {
    const x = random([2, 6, 8, 3]);
    const pooled = await values(averagePool2d(x, { poolSize: [3, 2] }));
    await expectClose(adaptiveAveragePool2d(x, { outputSize: [2, 4] }), pooled, 1e-14);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = random([5, 31, 29, 20], 'float32');
    const [one, ...others] = await withThreads(() => values(adaptiveAveragePool2d(x, { outputSize: 6 })));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 4, 1]);
    expect(() => adaptiveAveragePool2d(x, { outputSize: 0 })).toThrow(
      'adaptiveAveragePool2d: outputSize must be a positive integer',
    );
    expect(() => adaptiveAveragePool2d(x, { poolSize: 2 } as never)).toThrow(
      "adaptiveAveragePool2d: unknown option 'poolSize'",
    );
    expect(() => adaptiveAveragePool2d(random([4, 4]), { outputSize: 2 })).toThrow(
      'adaptiveAveragePool2d: x must have 4 axes',
    );
    expect(() => adaptiveAveragePool2d(tensor(new Float32Array(0), [1, 0, 2, 3]), { outputSize: 2 })).toThrow(
      'adaptiveAveragePool2d: an image must not be empty',
    );
  });
});
