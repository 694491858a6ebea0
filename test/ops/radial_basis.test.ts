import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { radialBasis } from '../../lib/ops/radial_basis.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectClose } from '../support/elementwise.js';
import { noise, values } from '../support/tensors.js';

describe('radialBasis', () => {
  it.each(['float32', 'float64'] as const)('is the squared distance to each code, in %s', async (dtype) => {
    for (const features of [1, 2, 15, 16, 17, 84]) {
      const x = tensor([...noise(3 * features)], [3, features], dtype);
      const codes = tensor([...noise(10 * features, 2)], [10, features], dtype);
      const [xs, cs] = [await values(x), await values(codes)];
      const y = radialBasis(x, codes);
      expect(y.shape).toEqual([3, 10]);
      const expected = Array.from({ length: 30 }, (_, at) => {
        const [n, k] = [Math.floor(at / 10), at % 10];
        return Array.from({ length: features }, (_, d) => d).reduce(
          (sum, d) => sum + ((xs[n * features + d] as number) - (cs[k * features + d] as number)) ** 2,
          0,
        );
      });
      expectClose(await values(y), expected, dtype === 'float32' ? 2e-6 : 1e-14);
    }
  });

  it('is exact for signs: 0 at the code itself, 4 for each sign that differs', async () => {
    const codes = tensor([
      [1, 1],
      [-1, -1],
      [1, -1],
    ]);
    expect(await values(radialBasis(tensor([[1, -1]]), codes))).toEqual([4, 4, 0]);
  });

  it('has the gradients that differences give', async () => {
    for (const features of [1, 7, 16, 33])
      await checkGradient(radialBasis, [
        tensor(noise(4 * features), [4, features]),
        tensor(noise(3 * features, 2), [3, features]),
      ]);
  });

  it('names what does not fit', () => {
    const [x, codes] = [zeros([2, 84]), zeros([10, 84])];
    expect(() => radialBasis(zeros([84]), codes)).toThrow(
      'radialBasis: x must have 2 axes [batch, features], but has shape [84]',
    );
    expect(() => radialBasis(x, zeros([84]))).toThrow(
      'radialBasis: codes must have 2 axes [classes, features], but has shape [84]',
    );
    expect(() => radialBasis(x, zeros([10, 83]))).toThrow(
      'radialBasis: codes of shape [10, 83] have 83 features, but x of shape [2, 84] has 84',
    );
    expect(() => radialBasis(x, zeros([10, 84], 'float64'))).toThrow('radialBasis: codes is float64, but x is float32');
    expect(() => radialBasis(zeros([2, 84], 'int32'), codes)).toThrow(
      'radialBasis: x must be float32, float64 or bfloat16, but is int32',
    );
  });
});
