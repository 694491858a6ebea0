import { afterAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { setThreads, systemInfo } from '../../lib/native.js';
import { matmul } from '../../lib/ops/matmul.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { multiplyMatrices, relativeError, transposed } from '../support/references.js';
import { noise, values } from '../support/tensors.js';

const sizes = [1, 2, 5, 7, 8, 15, 16, 17, 33, 64, 65];
const both = [false, true] as const;

describe('matmul', () => {
  afterAll(() => setThreads(systemInfo().availableCpus));

  it('is exact on integers for every size around the vector width, transposed or not', async () => {
    for (const [at, rows] of sizes.entries())
      for (const columns of sizes)
        for (const transposeA of both)
          for (const transposeB of both) {
            const inner = sizes[(at * 7 + columns) % sizes.length] as number;
            const a = noise(rows * inner, 1).map((v) => Math.round(v * 8));
            const b = noise(inner * columns, 2).map((v) => Math.round(v * 8));
            const left = transposeA
              ? tensor([...transposed(a, rows, inner)], [inner, rows])
              : tensor([...a], [rows, inner]);
            const right = transposeB
              ? tensor([...transposed(b, inner, columns)], [columns, inner])
              : tensor([...b], [inner, columns]);
            const expected = multiplyMatrices(a, b, rows, columns, inner);
            expect(await values(matmul(left, right, { transposeA, transposeB }))).toEqual(
              Array.from(expected, (v) => v + 0),
            );
          }
  });

  it('is exact on integers for few rows by many columns, bias and ReLU included', async () => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const rows of [1, 6, 7, 13, 32, 33])
        for (const transposeB of both) {
          const [columns, inner] = [1100 + rows, 44 + rows];
          const [a, b, bias] = [rows * inner, inner * columns, columns].map((length, seed) =>
            noise(length, seed).map((v) => Math.round(v * 8)),
          ) as [Float64Array, Float64Array, Float64Array];
          const stored = transposeB ? transposed(b, inner, columns) : b;
          const right = tensor([...stored], transposeB ? [columns, inner] : [inner, columns], dtype);
          const options = { transposeB, bias: tensor([...bias], [columns], dtype), activation: 'relu' } as const;
          const sums = multiplyMatrices(a, b, rows, columns, inner);
          expect(await values(matmul(tensor([...a], [rows, inner], dtype), right, options))).toEqual(
            Array.from(sums, (v, at) => Math.max(0, v + (bias[at % columns] as number)) + 0),
          );
        }
  });

  it('is exact where the product exceeds the caches and is written past them', async () => {
    const [samples, size] = [3, 2900];
    const [x, dy] = [4, 5].map((seed) => noise(samples * size, seed).map((v) => Math.round(v * 8))) as [
      Float64Array,
      Float64Array,
    ];
    const operand = (data: Float64Array) => tensor(Float32Array.from(data), [samples, size]);
    const product = await matmul(operand(x), operand(dy), { transposeA: true }).data();
    for (const row of [0, 1, 1450, 2899]) {
      const column = Float64Array.from({ length: samples }, (_, sample) => x[sample * size + row] as number);
      expect(Array.from(product.subarray(row * size, (row + 1) * size), (v) => v + 0)).toEqual(
        Array.from(multiplyMatrices(column, dy, 1, size, samples), (v) => v + 0),
      );
    }
  });

  it('stays within rounding of the reference on large random matrices', async () => {
    const [rows, columns, inner] = [130, 300, 700];
    const [a, b] = [noise(rows * inner, 1), noise(inner * columns, 2)];
    const expected = multiplyMatrices(a, b, rows, columns, inner);
    for (const [dtype, bound] of [
      ['float32', 1e-6],
      ['float64', 1e-14],
    ] as const)
      expect(
        relativeError(
          await values(matmul(tensor([...a], [rows, inner], dtype), tensor([...b], [inner, columns], dtype))),
          expected,
        ),
      ).toBeLessThan(bound);
  });

  it('adds the bias and applies ReLU', async () => {
    const [a, b] = [
      tensor([[1, 2]]),
      tensor([
        [3, -4],
        [5, -6],
      ]),
    ];
    expect(await values(matmul(a, b, { bias: tensor([1, 1]) }))).toEqual([14, -15]);
    expect(await values(matmul(a, b, { bias: tensor([1, 1]), activation: 'relu' }))).toEqual([14, 0]);
  });

  it('gives the same bits for every number of threads', async () => {
    const [a, b] = [tensor([...noise(200 * 500, 1)], [200, 500]), tensor([...noise(500 * 90, 2)], [500, 90])];
    const run = async (threads: number) => {
      setThreads(threads);
      return matmul(a, b).data();
    };
    const once = await run(1);
    for (const threads of [2, 3, 8]) expect(await run(threads)).toEqual(once);
  });

  it('has the gradients that differences give', async () => {
    for (const transposeA of both)
      for (const transposeB of both)
        for (const activation of ['none', 'relu'] as const) {
          const f = (a: Tensor, b: Tensor, bias: Tensor) => matmul(a, b, { bias, transposeA, transposeB, activation });
          const a = tensor(noise(15, 3), transposeA ? [5, 3] : [3, 5]);
          const b = tensor(noise(20, 4), transposeB ? [4, 5] : [5, 4]);
          await checkGradient(f, [a, b, tensor(noise(4, 5))]);
        }
  });

  it.each<[string, () => unknown, string]>([
    [
      'inner extents that differ',
      () => matmul(tensor([[1, 2]]), tensor([[1, 2]])),
      'matmul: a [1, 2] has inner extent 2, b [1, 2] expects 1',
    ],
    [
      'vectors',
      () => matmul(tensor([1, 2]), tensor([[1], [2]])),
      'matmul: a must have 2 axes [rows, inner], but has shape [2]',
    ],
    [
      'mixed dtypes',
      () => matmul(tensor([[1]]), tensor([[1]], [1, 1], 'float64')),
      'matmul: b is float64, but a is float32',
    ],
    [
      'a bias of another length',
      () => matmul(tensor([[1]]), tensor([[1]]), { bias: tensor([1, 2]) }),
      'matmul: bias must have shape [1], but has [2]',
    ],
    [
      'an activation it cannot fuse',
      () => matmul(tensor([[1]]), tensor([[1]]), { activation: 'tanh' as 'relu' }),
      "matmul: activation must be one of 'none', 'relu'",
    ],
  ])('rejects %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
