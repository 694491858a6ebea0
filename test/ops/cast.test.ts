import { describe, expect, it } from 'vitest';
import { checkGradient, ops, tensor, valueAndGradients, withPrecision } from '../../lib/index.js';
import { rounded } from '../support/bfloat16.js';

describe('cast', () => {
  it('rounds float32 to the nearest bfloat16, the even one of two, at every vector length', async () => {
    for (const length of [1, 3, 7, 8, 15, 16, 17, 33, 100]) {
      const values = Float32Array.from({ length }, (_, i) => Math.sin(i * 7.3) * 10 ** ((i % 60) - 30));
      const x = ops.cast(tensor(values), 'bfloat16');
      expect(x.dtype).toBe('bfloat16');
      expect(x.byteLength).toBe(2 * length);
      expect(await x.data()).toEqual(values.map(rounded));
    }
    const ties = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, -1 - 2 ** -8, 3.4e38, 0, -0);
    expect(await ops.cast(tensor(ties), 'bfloat16').data()).toEqual(ties.map(rounded));
  });

  it('keeps infinities and NaN', async () => {
    const x = tensor(Float32Array.of(Infinity, -Infinity, NaN), [3], 'bfloat16');
    expect(await x.data()).toEqual(Float32Array.of(Infinity, -Infinity, NaN));
  });

  it('converts between all three dtypes', async () => {
    const x = tensor([1.5, -2.25, 100], [3], 'float64');
    for (const dtype of ['float32', 'float64', 'bfloat16'] as const) {
      const there = ops.cast(x, dtype);
      expect(there.dtype).toBe(dtype);
      expect(Array.from(await ops.cast(there, 'float64').data())).toEqual([1.5, -2.25, 100]);
    }
  });

  it('passes gradients on in the dtype of its input', async () => {
    await checkGradient((x) => ops.cast(x, 'float64'), [tensor([0.5, -1, 2], [3], 'float64')]);
    const x = tensor([1, 2, 3]);
    const { gradients } = valueAndGradients(
      () => ops.cast(ops.sum(ops.square(ops.cast(x, 'bfloat16'))), 'float32'),
      [x],
    );
    expect(gradients[0]?.dtype).toBe('float32');
    expect(Array.from((await gradients[0]?.data()) ?? [])).toEqual([2, 4, 6]);
  });

  it('refuses integers', () => {
    expect(() => ops.cast(tensor(new Int32Array(2)), 'float32')).toThrow('must be float32, float64 or bfloat16');
    expect(() => ops.cast(tensor([1]), 'int32' as never)).toThrow('expected a dtype of float32, float64 or bfloat16');
  });
});

describe('bfloat16 beside float32', () => {
  it('makes a product of bfloat16 of float32 inputs where the precision says so', async () => {
    const x = tensor([[1 + 2 ** -10, 2]]);
    const w = tensor([[1], [1]]);
    const y = withPrecision('bfloat16', () => ops.matmul(x, w));
    expect(y.dtype).toBe('bfloat16');
    expect(await y.data()).toEqual(Float32Array.of(3));
    expect(ops.matmul(x, w).dtype).toBe('float32');
  });
});
