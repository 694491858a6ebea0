// The lecture's statements about convolutional layers, padding and strides. Integers, so that equal means equal in every bit.
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { averagePool2d, conv2d, convToDense, matmul, max, maxPool2d, pad, relu, reshape } from '../../lib/ops/index.js';
import { resolvePadding } from '../../lib/tensor/padding.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { filled, integers } from '../support/convolution.js';
import { values } from '../support/tensors.js';

/** Row number i of an image [1, height, width, channels] given by its elements. */
const row = (data: readonly number[], length: number, i: number): number[] => data.slice(i * length, (i + 1) * length);

/** The image moved down by `by` rows: zeros come in, or what left at the bottom. */
function movedDown(image: Tensor, data: readonly number[], by: number, circular: boolean): Tensor {
  const [, height, width, channels] = image.shape as [number, number, number, number];
  const length = width * channels;
  const rows = Array.from({ length: height }, (_, i) =>
    i >= by ? row(data, length, i - by) : circular ? row(data, length, i - by + height) : Array(length).fill(0),
  );
  return tensor(rows.flat(), image.shape, 'float64');
}

const aroundCircular = (x: Tensor) =>
  pad(
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    { mode: 'circular' },
  );

describe('the convolutional layer', () => {
  it('gives at a position what the patch under it gives alone', async () => {
    const [x, filter] = [filled([1, 7, 7, 3], 1), filled([3, 4, 3, 2], 2)];
    const [data, y] = await Promise.all([values(x), values(conv2d(x, filter))]);
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 4; j++) {
        const patch = [0, 1, 2].flatMap((m) => data.slice(((i + m) * 7 + j) * 3, ((i + m) * 7 + j + 4) * 3));
        const alone = await values(conv2d(tensor(patch, [1, 3, 4, 3], 'float64'), filter));
        expect(y.slice((i * 4 + j) * 2, (i * 4 + j + 1) * 2)).toEqual(alone);
      }
  });

  it('is convolution, bias, activation; the pre-activations can be had', async () => {
    const [x, filter, bias] = [filled([2, 6, 5, 3], 1), filled([3, 3, 3, 4], 2), filled([4], 3)];
    const preActivations = conv2d(x, filter, { bias });
    expect(await values(conv2d(x, filter, { bias, activation: 'relu' }))).toEqual(await values(relu(preActivations)));
  });

  it('adds to every pixel of a map what is added to its bias, and to nothing else', async () => {
    const [x, filter] = [filled([1, 6, 5, 3], 1), filled([3, 3, 3, 4], 2)];
    const plain = await values(conv2d(x, filter, { bias: tensor([1, 2, 3, 4], [4], 'float64') }));
    const moved = await values(conv2d(x, filter, { bias: tensor([1, 2, 8, 4], [4], 'float64') }));
    expect(moved).toEqual(plain.map((v, at) => (at % 4 === 2 ? v + 5 : v)));
  });

  it('shrinks an image by the kernel less one, so keeps its size only for a kernel of one', () => {
    for (let n = 1; n <= 9; n++)
      for (let k = 1; k <= n; k++) {
        const { out } = resolvePadding(n, k, 1, 1, 'valid');
        expect(out).toBe(n - k + 1);
        expect(out === n).toBe(k === 1);
      }
  });

  it('has its kernel and bias among the parameters', () => {
    const model = sequential({ inputShape: [7, 7, 1], layers: [layers.conv2d({ filters: 2, kernelSize: 3 })] });
    expect([...model.namedParameters()].map(([name, { shape }]) => [name, shape])).toEqual([
      ['0.filter', [3, 3, 1, 2]],
      ['0.bias', [2]],
    ]);
  });

  it('sums over the channels, and an output channel depends on its own filter only', async () => {
    const [x, filter] = [filled([1, 5, 5, 3], 1), filled([3, 3, 3, 2], 2)];
    const [xs, ks, y] = await Promise.all([x, filter, conv2d(x, filter)].map(values));
    const sums = new Array(9).fill(0);
    for (let p = 0; p < 3; p++) {
      const channel = tensor(
        (xs as number[]).filter((_, at) => at % 3 === p),
        [1, 5, 5, 1],
        'float64',
      );
      const slice = (ks as number[]).filter((_, at) => at % 2 === 1 && Math.floor(at / 2) % 3 === p);
      const alone = await values(conv2d(channel, tensor(slice, [3, 3, 1, 1], 'float64')));
      for (const [at, v] of alone.entries()) sums[at] += v;
    }
    expect((y as number[]).filter((_, at) => at % 2 === 1)).toEqual(sums);
  });
});

describe('structural priors', () => {
  it('local connectivity: no gradient reaches beyond the window', async () => {
    const [x, filter] = [filled([1, 7, 7, 1], 1), tensor(Array(9).fill(1), [3, 3, 1, 1], 'float64')];
    const { gradients } = pullback(
      'test',
      () => conv2d(x, filter),
      [x],
      (y) =>
        tensor(
          Array.from({ length: 25 }, (_, at) => (at === 2 * 5 + 1 ? 1 : 0)),
          y.shape,
          'float64',
        ),
    );
    const inside = (at: number) => Math.floor(at / 7) >= 2 && Math.floor(at / 7) < 5 && at % 7 >= 1 && at % 7 < 4;
    expect(await values(gradients[0] as Tensor)).toEqual(Array.from({ length: 49 }, (_, at) => (inside(at) ? 1 : 0)));
  });

  it('parameter sharing: a convolution is a dense layer with a block-Toeplitz matrix', async () => {
    const [x, filter] = [filled([2, 7, 7, 3], 1), filled([3, 4, 3, 2], 2)];
    const matrix = convToDense(filter, [7, 7, 3]);
    expect(matrix.shape).toEqual([147, 40]);
    expect(await values(matmul(reshape(x, [2, 147]), matrix))).toEqual(await values(conv2d(x, filter)));
  });

  it.each([
    [1, 1, 0],
    [1, 2, 1],
    [2, 1, 1],
    [2, 2, 0],
    [3, 1, 2],
  ])('equivariance: stride %i, moved by %i strides, %i zeros before', async (stride, by, before) => {
    const [x, filter] = [filled([1, 12, 8, 2], 1), filled([3, 3, 2, 4], 2)];
    const moved = movedDown(x, await values(x), stride * by, false);
    const options = { strides: stride, padding: before, activation: 'relu' } as const;
    const output = conv2d(x, filter, options);
    const [y, z] = await Promise.all([output, conv2d(moved, filter, options)].map(values));
    const [, height, width] = output.shape as [number, number, number];
    for (let i = by; i < height && i * stride + 2 - before <= 11; i++)
      expect(row(z as number[], width * 4, i)).toEqual(row(y as number[], width * 4, i - by));
  });

  it('equivariance: exact everywhere with circular padding and circular moves', async () => {
    const [x, filter] = [filled([1, 8, 6, 2], 1), filled([3, 3, 2, 4], 2)];
    for (let by = 1; by < 8; by++) {
      const y = conv2d(aroundCircular(x), filter);
      const expected = movedDown(y, await values(y), by, true);
      const z = conv2d(aroundCircular(movedDown(x, await values(x), by, true)), filter);
      expect(await values(z)).toEqual(await values(expected));
    }
  });

  it('no equivariance for moves that are no multiple of the stride', async () => {
    const [x, filter] = [filled([1, 12, 8, 2], 1), filled([3, 3, 2, 4], 2)];
    const moved = movedDown(x, await values(x), 1, false);
    const [y, z] = await Promise.all([x, moved].map((image) => values(conv2d(image, filter, { strides: 2 }))));
    expect(row(z as number[], 12, 2)).not.toEqual(row(y as number[], 12, 1));
    expect(row(z as number[], 12, 2)).not.toEqual(row(y as number[], 12, 2));
  });

  it('invariance: the maximum over all positions stays under circular moves', async () => {
    const [x, filter] = [filled([1, 8, 6, 2], 1), filled([3, 3, 2, 4], 2)];
    const pooled = async (image: Tensor) => values(max(relu(conv2d(aroundCircular(image), filter)), { axes: [1, 2] }));
    const expected = await pooled(x);
    for (let by = 1; by < 8; by++) expect(await pooled(movedDown(x, await values(x), by, true))).toEqual(expected);
  });

  it('fewer parameters: 74 shared, 1480 locally connected, 5920 dense, for 7×7×3 to 5×4×2', () => {
    const inputShape = [7, 7, 3] as const;
    const window = { filters: 2, kernelSize: [3, 4] } as const;
    const shared = sequential({ inputShape, layers: [layers.conv2d(window)] }).summary();
    const local = sequential({ inputShape, layers: [layers.locallyConnected2d(window)] }).summary();
    const dense = sequential({ inputShape, layers: [layers.flatten(), layers.dense({ units: 40 })] }).summary();
    expect([shared, local, dense].map((summary) => summary.trainableParameters)).toEqual([74, 1480, 5920]);
    expect([shared, local].map((summary) => summary.macs)).toEqual([1440, 1440]);
  });
});

describe('pooling', () => {
  const counting = tensor(
    Array.from({ length: 16 }, (_, n) => n),
    [1, 4, 4, 1],
  );

  it('2×2 maxima of 0…15 are [[5, 7], [13, 15]]', async () => {
    expect(await values(maxPool2d(counting, { poolSize: 2 }))).toEqual([5, 7, 13, 15]);
  });

  it('2×2 means of 0…15 are [[2.5, 4.5], [10.5, 12.5]]', async () => {
    expect(await values(averagePool2d(counting, { poolSize: 2 }))).toEqual([2.5, 4.5, 10.5, 12.5]);
  });
});

describe('padding and stride', () => {
  it('o = ⌊(i + p − k)/s⌋ + 1 with p zeros in total, and (i + p − k) mod s inputs go unread: every i ≤ 64, k ≤ 7, s ≤ 5, p ≤ 2k', () => {
    for (let i = 1; i <= 64; i++)
      for (let k = 1; k <= 7; k++)
        for (let s = 1; s <= 5; s++)
          for (let p = Math.max(0, k - i); p <= 2 * k; p++) {
            const { before, after, out, unread } = resolvePadding(i, k, s, 1, { total: p });
            let windows = 0;
            while (windows * s + k <= i + p) windows++;
            if (out !== windows || before + after !== p || unread !== (i + p - k) % s)
              expect.fail(`i ${i}, k ${k}, s ${s}, p ${p}: ${out} windows, not ${windows}`);
          }
  });

  it('p = k − 1 keeps the size: SAME', () => {
    for (let i = 1; i <= 32; i++)
      for (let k = 1; k <= 9; k++) {
        expect(resolvePadding(i, k, 1, 1, { total: k - 1 })).toEqual(resolvePadding(i, k, 1, 1, 'same'));
        expect(resolvePadding(i, k, 1, 1, 'same').out).toBe(i);
      }
  });

  it.each([
    [2, 2],
    [3, 1],
    [1, 4],
  ] as const)('strides (%i, %i) keep every so many rows and columns of the plain convolution', async (down, across) => {
    const [x, filter] = [filled([1, 9, 10, 2], 1), filled([3, 2, 2, 3], 2)];
    const padding = { h: [1, 1], w: [1, 0] } as const;
    const [y, strided] = [conv2d(x, filter, { padding }), conv2d(x, filter, { padding, strides: [down, across] })];
    const [data, width] = [await values(y), y.shape[2] as number];
    const kept = data.filter((_, at) => {
      const pixel = Math.floor(at / 3);
      return Math.floor(pixel / width) % down === 0 && (pixel % width) % across === 0;
    });
    expect(await values(strided)).toEqual(kept);
  });

  it('a 7×6×1 image, kernel 3×3, stride (2, 2) gives 4×3×1 under every reading of SAME, with other values', async () => {
    const [x, filter] = [filled([1, 7, 6, 1], 1), tensor([...integers(9, 2)], [3, 3, 1, 1], 'float64')];
    const readings = await Promise.all(
      (['same', 'sameLower', 1, { total: 2 }, { same: 'total' }] as const).map(async (padding) => {
        const y = conv2d(x, filter, { strides: [2, 2], padding });
        expect(y.shape).toEqual([1, 4, 3, 1]);
        return values(y);
      }),
    );
    expect(readings[0]).not.toEqual(readings[1]);
    for (const other of [2, 3, 4]) expect(readings[other]).toEqual(readings[1]);
  });
});
