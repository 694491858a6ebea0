// The algebra of convolutions. Integers, so that equal means equal in every bit.
import { describe, expect, it } from 'vitest';
import { ops, type Tensor } from '../../lib/index.js';
import { values } from '../support/tensors.js';
import { gradientsOf, inner, integers } from './helpers.js';

const { add, conv2d, conv2dTranspose, convolve2d, depthwiseConv2d, locallyConnected2d, matmul, multiply, reshape } =
  ops;

type Bilinear = (x: Tensor, filter: Tensor) => Tensor;

const operations: [string, Bilinear, x: number[], filter: number[]][] = [
  ['conv2d', conv2d, [2, 7, 6, 3], [3, 2, 3, 5]],
  [
    'conv2d with strides, dilations, groups and padding',
    (x, k) => conv2d(x, k, { strides: [2, 1], dilations: [1, 2], groups: 2, padding: 'same' }),
    [2, 7, 6, 4],
    [3, 2, 2, 6],
  ],
  ['depthwiseConv2d', (x, k) => depthwiseConv2d(x, k, { strides: 2, padding: 1 }), [2, 7, 6, 3], [3, 3, 3, 2]],
  ['locallyConnected2d', locallyConnected2d, [2, 5, 6, 2], [3, 5, 3, 2, 2, 3]],
  ['conv2dTranspose', (x, k) => conv2dTranspose(x, k, { strides: 2, padding: 1 }), [2, 4, 5, 3], [3, 3, 2, 3]],
];

describe.each(operations)('%s', (_, f, xShape, filterShape) => {
  it('is linear in the image and in the kernel', async () => {
    const [x, other] = [integers(xShape, 1), integers(xShape, 2)];
    const [k, another] = [integers(filterShape, 3), integers(filterShape, 4)];
    const combined = (a: Tensor, b: Tensor) => add(multiply(a, 3), multiply(b, -2));
    expect(await values(f(combined(x, other), k))).toEqual(await values(combined(f(x, k), f(other, k))));
    expect(await values(f(x, combined(k, another)))).toEqual(await values(combined(f(x, k), f(x, another))));
  });

  it('is adjoint to its gradients: ⟨f(x, k), dy⟩ = ⟨x, dx⟩ = ⟨k, dk⟩', async () => {
    const [x, k] = [integers(xShape, 1), integers(filterShape, 2)];
    const y = f(x, k);
    const dy = integers(y.shape, 3);
    const [dx, dk] = gradientsOf(() => f(x, k), dy, [x, k]) as [Tensor, Tensor];
    const expected = await inner(y, dy);
    expect(expected).not.toBe(0);
    expect(await inner(x, dx)).toBe(expected);
    expect(await inner(k, dk)).toBe(expected);
  });
});

describe('a convolution', () => {
  it('with a 1×1 kernel is a dense layer per pixel', async () => {
    const [x, k] = [integers([2, 5, 4, 3], 1), integers([1, 1, 3, 7], 2)];
    const pixels = matmul(reshape(x, [40, 3]), reshape(k, [3, 7]));
    expect(await values(conv2d(x, k))).toEqual(await values(pixels));
  });

  it('with a kernel as large as the image is a dense layer', async () => {
    const [x, k] = [integers([2, 5, 4, 3], 1), integers([5, 4, 3, 7], 2)];
    const dense = matmul(reshape(x, [2, 60]), reshape(k, [60, 7]));
    expect(await values(conv2d(x, k))).toEqual(await values(dense));
  });

  it('is a matrix product of unrolled patches: im2col', async () => {
    const [x, k] = [integers([2, 6, 7, 3], 1), integers([3, 2, 3, 5], 2)];
    const [rows, columns] = [4, 6];
    const taps = [0, 1, 2].flatMap((m) =>
      [0, 1].map((n) => reshape(ops.slice(x, [0, m, n], [2, rows, columns]), [2 * rows * columns, 3])),
    );
    const product = matmul(ops.concat(taps, { axis: 1 }), reshape(k, [18, 5]));
    expect(await values(conv2d(x, k))).toEqual(await values(product));
  });

  it('after another is one convolution with the convolved kernel: 3×3 after 3×3 is 5×5', async () => {
    const x = integers([1, 9, 8, 1], 1);
    const [first, second] = [integers([3, 3], 2), integers([3, 3], 3)];
    const [a, b] = [reshape(first, [3, 3, 1, 1]), reshape(second, [3, 3, 1, 1])];
    const together = convolve2d(first, second);
    expect(together.shape).toEqual([5, 5]);
    expect(await values(conv2d(conv2d(x, a), b))).toEqual(await values(conv2d(x, reshape(together, [5, 5, 1, 1]))));
  });

  it('with a kernel of rank 1 is a column convolution, then a row convolution', async () => {
    const [x, column, row] = [integers([2, 7, 8, 1], 1), integers([3, 1], 2), integers([1, 4], 3)];
    const apart = conv2d(conv2d(x, reshape(column, [3, 1, 1, 1])), reshape(row, [1, 4, 1, 1]));
    expect(await values(apart)).toEqual(await values(conv2d(x, reshape(matmul(column, row), [3, 4, 1, 1]))));
  });

  it('in groups is the convolution whose kernel is block-diagonal', async () => {
    const [x, k] = [integers([1, 5, 5, 4], 1), integers([3, 3, 2, 6], 2)];
    const [left, right] = [ops.slice(k, [], [-1, -1, -1, 3]), ops.slice(k, [0, 0, 0, 3])];
    const zero = multiply(left, 0);
    const blocks = ops.concat([ops.concat([left, zero], { axis: 3 }), ops.concat([zero, right], { axis: 3 })], {
      axis: 2,
    });
    expect(await values(conv2d(x, k, { groups: 2 }))).toEqual(await values(conv2d(x, blocks)));
  });

  it('spreads its gradient by the image as the full convolution with the flipped kernel', async () => {
    const [x, k, dy] = [integers([1, 6, 5, 1], 1), integers([3, 2, 1, 1], 2), integers([1, 4, 4, 1], 3)];
    const [dx] = gradientsOf(() => conv2d(x, k), dy, [x]) as [Tensor];
    const full = conv2d(dy, k, { padding: 'full', flip: true });
    expect(await values(dx)).toEqual(await values(full));
  });

  it('gives the inputs that no window reads the gradient 0', async () => {
    const [x, k] = [integers([1, 6, 6, 1], 1), integers([3, 3, 1, 1], 2)];
    const [dx] = gradientsOf(() => conv2d(x, k, { strides: 2 }), integers([1, 2, 2, 1], 3), [x]) as [Tensor];
    const unread = (await values(dx)).filter((_, at) => at >= 30 || at % 6 === 5);
    expect(unread.map(Math.abs)).toEqual(Array(11).fill(0));
  });
});
