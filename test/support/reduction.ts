// Tests that every reduction over axes shares.
import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import type { ReductionOptions } from '../../lib/ops/reduction.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { expectClose } from './elementwise.js';
import { distinct } from './pooling.js';
import { values } from './tensors.js';

/** The sum of all, with the rounding errors added up and put back (Neumaier). */
export function accurateSum(elements: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const value of elements) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

const count = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** For each element of the result, in order, the elements of x that go into it, in row-major order. */
export function reducedElements(x: readonly number[], shape: readonly number[], axes: readonly number[]): number[][] {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const lists = Array.from({ length: count(kept) }, (): number[] => []);
  for (const [position, value] of x.entries()) {
    let [rest, target, stride] = [position, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = shape[axis] as number;
      if (!axes.includes(axis)) target += (rest % extent) * stride;
      stride *= kept[axis] as number;
      rest = Math.floor(rest / extent);
    }
    (lists[target] as number[]).push(value);
  }
  return lists;
}

/** Rows, columns and the middle, around the vector width and beyond a block; runs of axes apart from each other. */
const cases: readonly [readonly number[], readonly number[]][] = [
  [[], []],
  [[3, 4], []],
  [
    [1, 5, 1],
    [0, 2],
  ],
  ...[1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 129].flatMap((n) => [
    [[n], [0]] as [number[], number[]],
    [[5, n], [1]] as [number[], number[]],
    [[n, 5], [0]] as [number[], number[]],
    [[5, n], [0]] as [number[], number[]],
    [[2, 3, n], [1]] as [number[], number[]],
  ]),
  [[3, 40_000], [1]],
  [[100_000], [0]],
  [[20_000, 3], [0]],
  [[300, 5000], [0]],
  [
    [2, 9, 9, 20],
    [1, 2],
  ],
  [
    [3, 4, 5, 6],
    [0, 2],
  ],
  [
    [3, 1, 5, 6],
    [0, 1, 3],
  ],
  [
    [2, 3, 2, 3, 2],
    [0, 2, 4],
  ],
];

/** Compares a reduction over many axes with `reference` of the elements it takes in, and its gradient with differences. */
export function checkGradientAndReduction(
  name: string,
  op: (x: Tensor, options?: ReductionOptions) => Tensor,
  reference: (elements: readonly number[]) => number,
): void {
  it.each(['float32', 'float64'] as const)('is the function over any axes in %s', async (dtype) => {
    for (const [shape, axes] of cases) {
      const x = tensor(
        [...distinct(count(shape))].map((v) => v + 1.5),
        shape,
        dtype,
      );
      const expected = reducedElements(await values(x), shape, axes).map(reference);
      expectClose(await values(op(x, { axes })), expected, dtype === 'float32' ? 5e-7 : 1e-14);
    }
  });

  it('has the gradient that differences give', async () => {
    for (const [shape, axes] of cases)
      if (count(shape) < 2000) await checkGradient((x) => op(x, { axes }), [tensor(distinct(count(shape)), shape)]);
  });

  it('takes all axes by default, counts from the end, and keeps axes on request', () => {
    const x = tensor(distinct(24), [2, 3, 4]);
    expect(op(x).shape).toEqual([]);
    expect(op(x, { axes: -1 }).shape).toEqual([2, 3]);
    expect(op(x, { axes: [0, -1], keepDims: true }).shape).toEqual([1, 3, 1]);
    expect(op(x, { keepDims: true }).shape).toEqual([1, 1, 1]);
  });

  it('keeps NaN', async () => {
    for (const at of [0, 5, 20, 39]) {
      const x = distinct(40);
      x[at] = Number.NaN;
      expect(await values(op(tensor(x)))).toEqual([Number.NaN]);
      expect((await values(op(tensor(x, [2, 20]), { axes: 0 }))).map(Number.isNaN).indexOf(true)).toBe(at % 20);
    }
  });

  it('names what does not fit', () => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(() => op(x, { axes: 2 })).toThrow(`${name}: axis 2 is not one of shape [2, 3], which has 2 axes`);
    expect(() => op(x, { axes: [1, -1] })).toThrow(`${name}: axes [1,-1] name an axis twice`);
    expect(() => op(x, { axis: 1 } as object)).toThrow(`${name}: unknown option 'axis'; it takes axes, keepDims`);
    expect(() => op(tensor(new Int32Array(3)))).toThrow(
      `${name}: x must be float32, float64 or bfloat16, but is int32`,
    );
  });
}
