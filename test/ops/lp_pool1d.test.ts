import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { lpPool1d } from '../../lib/ops/lp_pool1d.js';
import { lpPool2d } from '../../lib/ops/lp_pool2d.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const cases = [
  [
    { poolSize: 2, p: 3 },
    { poolSize: [1, 2], p: 3 },
  ],
  [
    { poolSize: 3, strides: 2, padding: 'same', p: 3 },
    { poolSize: [1, 3], strides: [1, 2], padding: 'same', p: 3 },
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

describe('lpPool1d', () => {
  it.each(cases)('is lpPool2d of an image one pixel high: %j', async (options, wide) => {
    for (const channels of [1, 3, 17]) {
      const shape = [2, 11, channels] as const;
      const x = random(shape, 'float32');
      const y = lpPool1d(x, options);
      const image = lpPool2d(reshape(x, [2, 1, 11, channels]), wide);
      expect(y.shape).toEqual([2, image.shape[2], channels]);
      expect(await values(y)).toEqual(await values(image));
      const apart = distinct(size(shape)).map((value) => value + 0.5 / size(shape));
      await checkGradient((v) => lpPool1d(v, options), [tensor(apart, shape)], { step: 1e-7, tolerance: 1e-5 });
    }
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 2]);
    expect(() => lpPool1d(x, { poolSize: 0 })).toThrow('lpPool1d: poolSize must be a positive integer, but received 0');
    expect(() => lpPool1d(x, { poolSize: [2, 2] } as never)).toThrow('lpPool1d: poolSize must be a positive integer');
    expect(() => lpPool1d(random([4, 2]), { poolSize: 2 })).toThrow(
      'lpPool1d: x must have 3 axes [batch, length, channels]',
    );
    expect(() => lpPool1d(x, { poolSize: 2, padding: 'SAME' as never })).toThrow('lpPool1d: padding must be');
    expect(() => lpPool1d(x, { poolSize: 2, dilation: 2 } as never)).toThrow("lpPool1d: unknown option 'dilation'");
  });
});
