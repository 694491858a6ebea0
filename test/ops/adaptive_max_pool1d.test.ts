import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { adaptiveMaxPool1d } from '../../lib/ops/adaptive_max_pool1d.js';
import { adaptiveMaxPool2d } from '../../lib/ops/adaptive_max_pool2d.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { random, size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

describe('adaptiveMaxPool1d', () => {
  it.each([1, 2, 4, 11, 13])('is adaptiveMaxPool2d of an image one pixel high: %d', async (outputSize) => {
    for (const channels of [1, 3, 17]) {
      const shape = [2, 11, channels] as const;
      const x = random(shape, 'float32');
      const y = adaptiveMaxPool1d(x, { outputSize });
      expect(y.shape).toEqual([2, outputSize, channels]);
      const image = adaptiveMaxPool2d(reshape(x, [2, 1, 11, channels]), { outputSize: [1, outputSize] });
      expect(await values(y)).toEqual(await values(image));
      await checkGradient((v) => adaptiveMaxPool1d(v, { outputSize }), [tensor(distinct(size(shape)), shape)]);
    }
  });

  it('rejects what is no sequence', () => {
    expect(() => adaptiveMaxPool1d(random([2, 3]), { outputSize: 2 })).toThrow('adaptiveMaxPool1d: x must have 3 axes');
    expect(() => adaptiveMaxPool1d(tensor(new Float32Array(0), [1, 0, 3]), { outputSize: 2 })).toThrow(
      'adaptiveMaxPool1d: a sequence must not be empty, but x has shape [1, 0, 3]',
    );
    expect(() => adaptiveMaxPool1d(random([2, 3, 4]), { outputSize: 0 })).toThrow(
      'adaptiveMaxPool1d: outputSize must be a positive integer',
    );
  });
});
