import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { poolGeometry } from '../../lib/ops/pool2d.js';
import { sumPool2d } from '../../lib/ops/sum_pool2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { expectAdjoint, expectClose, random, size } from '../support/operators.js';
import { eachWindow, type PoolCase, poolCases } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const cases = poolCases.map((given) => [JSON.stringify(given), given] as const);

function reference(x: readonly number[], { shape, ...options }: PoolCase): number[] {
  const { height, width } = poolGeometry('test', tensor(x, shape), options);
  const y: number[] = [];
  eachWindow(shape, height, width, (_, elements) => {
    y.push(elements.reduce((sum, { at }) => sum + (x[at] as number), 0));
  });
  return y;
}

describe('sumPool2d', () => {
  it.each(cases)('is the sum of each window, exactly for integers: %s', async (_, given) => {
    const { shape, ...options } = given;
    const integers = Array.from({ length: size(shape) }, (__, i) => ((i * 37) % 101) - 50);
    for (const dtype of ['float32', 'float64'] as const)
      await expectClose(sumPool2d(tensor(integers, shape, dtype), options), reference(integers, given), 0);
  });

  it.each(cases)('is linear, and its gradient the transpose: %s', async (_, given) => {
    const { shape, ...options } = given;
    await expectAdjoint((x) => sumPool2d(x, options), shape);
    await checkGradient((x) => sumPool2d(x, options), [random(shape)]);
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 4, 1]);
    expect(() => sumPool2d(x, { poolSize: 5 })).toThrow("sumPool2d: kernel 5 is larger than the input's height 4");
    expect(() => sumPool2d(x, { poolSize: 2, countIncludePad: true } as never)).toThrow(
      "sumPool2d: unknown option 'countIncludePad'",
    );
    expect(() => sumPool2d(random([4]), { poolSize: 2 })).toThrow('sumPool2d: x must have 4 axes');
    expect(() => sumPool2d(tensor(new Int32Array(4), [1, 2, 2, 1]), { poolSize: 2 })).toThrow(
      'must be float32, float64 or bfloat16',
    );
  });

  it('sums nothing of an empty batch', async () => {
    expect(await values(sumPool2d(tensor(new Float32Array(0), [0, 4, 4, 3]), { poolSize: 2 }))).toEqual([]);
  });
});
