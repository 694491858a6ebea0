import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { maxPool1d } from '../../lib/ops/max_pool1d.js';
import { maxPool2d } from '../../lib/ops/max_pool2d.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const cases = [
  [{ poolSize: 2 }, { poolSize: [1, 2] }],
  [
    { poolSize: 3, strides: 2, padding: 'same' },
    { poolSize: [1, 3], strides: [1, 2], padding: 'same' },
  ],
  [
    { poolSize: 3, strides: 1, padding: 1 },
    { poolSize: [1, 3], strides: 1, padding: [0, 1] },
  ],
  [
    { poolSize: 4, strides: 3, padding: [2, 0] },
    { poolSize: [1, 4], strides: [1, 3], padding: { h: [0, 0], w: [2, 0] } },
  ],
  [
    { poolSize: 2, strides: 3, ceilMode: true },
    { poolSize: [1, 2], strides: [1, 3], ceilMode: true },
  ],
] as const;

describe('maxPool1d', () => {
  it.each(cases)('is maxPool2d of an image one pixel high: %j', async (options, wide) => {
    for (const channels of [1, 3, 17]) {
      const shape = [2, 11, channels] as const;
      const x = random(shape, 'float32');
      const y = maxPool1d(x, options);
      const image = maxPool2d(reshape(x, [2, 1, 11, channels]), wide);
      expect(y.shape).toEqual([2, image.shape[2], channels]);
      expect(await values(y)).toEqual(await values(image));
      const apart = distinct(size(shape)).map((value) => value + 0.5 / size(shape));
      await checkGradient((v) => maxPool1d(v, options), [tensor(apart, shape)], { step: 1e-7, tolerance: 1e-5 });
    }
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 2]);
    expect(() => maxPool1d(x, { poolSize: 0 })).toThrow(
      'maxPool1d: poolSize must be a positive integer, but received 0',
    );
    expect(() => maxPool1d(x, { poolSize: [2, 2] } as never)).toThrow('maxPool1d: poolSize must be a positive integer');
    expect(() => maxPool1d(random([4, 2]), { poolSize: 2 })).toThrow(
      'maxPool1d: x must have 3 axes [batch, length, channels]',
    );
    expect(() => maxPool1d(x, { poolSize: 2, padding: 'SAME' as never })).toThrow('maxPool1d: padding must be');
    expect(() => maxPool1d(x, { poolSize: 2, dilation: 2 } as never)).toThrow("maxPool1d: unknown option 'dilation'");
  });
});
