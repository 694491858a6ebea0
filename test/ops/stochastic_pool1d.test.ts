import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { reshape } from '../../lib/ops/reshape.js';
import { stochasticPool1d } from '../../lib/ops/stochastic_pool1d.js';
import { stochasticPool2d } from '../../lib/ops/stochastic_pool2d.js';
import { Random } from '../../lib/tensor/random.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { size } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const shape = [2, 11, 3] as const;
const x = () =>
  tensor(
    distinct(size(shape)).map((value) => Math.abs(value) + 1),
    shape,
  );

describe('stochasticPool1d', () => {
  it.each([true, false])('is stochasticPool2d of an image one pixel high, training %s', async (training) => {
    const [narrow, wide] = [new Random(5), new Random(5)];
    const y = stochasticPool1d(x(), { poolSize: 3, strides: 2, padding: 1, training, random: narrow });
    const image = stochasticPool2d(reshape(x(), [2, 1, 11, 3]), {
      poolSize: [1, 3],
      strides: [1, 2],
      padding: [0, 1],
      training,
      random: wide,
    });
    expect(y.shape).toEqual([2, 6, 3]);
    expect(await values(y)).toEqual(await values(image));
    const draw = () => ({ poolSize: 2, training, random: new Random(7) });
    const exact = tensor(Array.from(await values(x())), shape, 'float64');
    await checkGradient((v) => stochasticPool1d(v, draw()), [exact]);
  });

  it('needs a source of randomness in training, and sequences', () => {
    expect(() => stochasticPool1d(x(), { poolSize: 2, training: true })).toThrow('random must be a Random in training');
    expect(() => stochasticPool1d(tensor([1, 2]), { poolSize: 2, training: false })).toThrow(
      'stochasticPool1d: x must have 3 axes',
    );
  });
});
