import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { adaptiveMaxPool2d } from '../../lib/ops/adaptive_max_pool2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { adaptiveCases, adaptiveWindows } from '../support/adaptive_pooling.js';
import { expectClose, gradientOf, random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const largest = (x: readonly number[], window: readonly number[]) => Math.max(...window.map((at) => x[at] as number));

describe('adaptiveMaxPool2d', () => {
  it.each(adaptiveCases)('pools windows that cover the image: %j to %j', async (shape, outputSize) => {
    for (const [dtype, tolerance] of [
      ['float32', 0],
      ['float64', 0],
    ] as const) {
      const x = random(shape, dtype);
      const data = await values(x);
      await expectClose(
        adaptiveMaxPool2d(x, { outputSize }),
        adaptiveWindows(shape, outputSize).map((window) => largest(data, window)),
        tolerance,
      );
    }
  });

  it.each(adaptiveCases)('has the gradient that differences give: %j to %j', async (shape, outputSize) => {
    await checkGradient((x) => adaptiveMaxPool2d(x, { outputSize }), [tensor(distinct(size(shape)), shape)]);
  });

  it('gives the gradient to the first of equal values, and lets NaN win', async () => {
    const x = tensor([1, 5, 5, 2], [1, 2, 2, 1]);
    expect(await gradientOf(() => adaptiveMaxPool2d(x, { outputSize: 1 }), x, [1])).toEqual([0, 1, 0, 0]);
    const bad = tensor([1, Number.NaN, 5, 2], [1, 2, 2, 1]);
    expect(await values(adaptiveMaxPool2d(bad, { outputSize: 1 }))).toEqual([Number.NaN]);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = random([5, 31, 29, 20], 'float32');
    const [one, ...others] = await withThreads(() => values(adaptiveMaxPool2d(x, { outputSize: 6 })));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 4, 1]);
    expect(() => adaptiveMaxPool2d(x, { outputSize: 0 })).toThrow(
      'adaptiveMaxPool2d: outputSize must be a positive integer',
    );
    expect(() => adaptiveMaxPool2d(x, { poolSize: 2 } as never)).toThrow(
      "adaptiveMaxPool2d: unknown option 'poolSize'",
    );
    expect(() => adaptiveMaxPool2d(random([4, 4]), { outputSize: 2 })).toThrow('adaptiveMaxPool2d: x must have 4 axes');
    expect(() => adaptiveMaxPool2d(tensor(new Float32Array(0), [1, 0, 2, 3]), { outputSize: 2 })).toThrow(
      'adaptiveMaxPool2d: an image must not be empty',
    );
  });
});
