import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { lpPool2d } from '../../lib/ops/lp_pool2d.js';
import { poolGeometry } from '../../lib/ops/pool2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { expectClose, gradientOf, random, size } from '../support/operators.js';
import { distinct, eachWindow, type PoolCase, poolCases } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const cases = poolCases.flatMap((given, index) => {
  const p = [1, 2, 3, 2.5][index % 4] as number;
  return [[JSON.stringify(given), p, given] as const];
});

function reference(x: readonly number[], { shape, ...options }: PoolCase, p: number): number[] {
  const { height, width } = poolGeometry('test', tensor(x, shape), options);
  const y: number[] = [];
  eachWindow(shape, height, width, (_, elements) => {
    y.push(elements.reduce((sum, { at }) => sum + Math.abs(x[at] as number) ** p, 0) ** (1 / p));
  });
  return y;
}

describe('lpPool2d', () => {
  it.each(cases)('is the p-norm of each window: %s, p %d', async (_, p, given) => {
    const { shape, ...options } = given;
    for (const [dtype, tolerance] of [
      ['float32', 1e-5],
      ['float64', 1e-13],
    ] as const) {
      const x = random(shape, dtype);
      await expectClose(lpPool2d(x, { ...options, p }), reference(await values(x), given, p), tolerance);
    }
  });

  it.each(cases)('has the gradient that differences give: %s, p %d', async (_, p, given) => {
    const { shape, ...options } = given;
    const apart = distinct(size(shape)).map((value) => value + 0.5 / size(shape));
    await checkGradient((x) => lpPool2d(x, { ...options, p }), [tensor(apart, shape)], { step: 1e-7, tolerance: 1e-5 });
  });

  it('has no gradient where a window is 0', async () => {
    const x = tensor([0, 0, 0, 0], [1, 2, 2, 1], 'float64');
    for (const p of [1, 2, 2.5])
      expect(await gradientOf(() => lpPool2d(x, { poolSize: 2, p }), x, [1])).toEqual([0, 0, 0, 0]);
    const three = tensor([3, 0, -4, 0], [1, 2, 2, 1], 'float64');
    await expectClose(lpPool2d(three, { poolSize: 2 }), [5], 1e-15);
    expect(await gradientOf(() => lpPool2d(three, { poolSize: 2 }), three, [10])).toEqual([6, 0, -8, 0]);
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 4, 1]);
    expect(() => lpPool2d(x, { poolSize: 2, p: 0.5 })).toThrow('lpPool2d: p must be a finite number of at least 1');
    expect(() => lpPool2d(x, { poolSize: 5 })).toThrow("lpPool2d: kernel 5 is larger than the input's height 4");
    expect(() => lpPool2d(x, { poolSize: 2, norm: 2 } as never)).toThrow("lpPool2d: unknown option 'norm'");
    expect(() => lpPool2d(random([4]), { poolSize: 2 })).toThrow('lpPool2d: x must have 4 axes');
  });
});
