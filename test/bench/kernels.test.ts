/** The benchmark times what the library computes: each pass alone gives the gradient that differentiation gives. */
import { describe, expect, it } from 'vitest';
import {
  bytesMoved,
  type ConvCase,
  type GemmCase,
  type KernelCase,
  kernelCases,
  operations,
  type Pass,
  type PoolCase,
  passesOf,
} from '../../bench/cases.js';
import { type FloatDType, KernelWorkload } from '../../bench/kernels.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { memory } from '../../lib/native.js';
import { averagePool2d } from '../../lib/ops/average_pool2d.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { matmul } from '../../lib/ops/matmul.js';
import { maxPool2d } from '../../lib/ops/max_pool2d.js';
import { wideDType } from '../../lib/tensor/dtype.js';
import { type Tensor, zeros } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const conv: ConvCase = {
  kind: 'conv',
  name: 'conv small',
  batch: 3,
  size: 7,
  channels: 4,
  filters: 6,
  kernel: 3,
  stride: 2,
  padding: 1,
  groups: 2,
};
const gemm: GemmCase = { kind: 'gemm', name: 'gemm small', rows: 5, inner: 7, columns: 9 };
const pools = (['max', 'average'] as const).map(
  (reduce): PoolCase => ({
    kind: 'pool',
    name: `${reduce} pool small`,
    reduce,
    batch: 2,
    size: 7,
    channels: 3,
    kernel: 3,
    stride: 2,
    padding: 1,
  }),
);

/** The gradient of ⟨dy, f()⟩ by `wrt`. */
function gradientBy(dy: Tensor, f: () => Tensor, wrt: Tensor): Tensor {
  const [gradient] = pullback('test', f, [wrt], () => dy).gradients;
  return gradient as Tensor;
}

/** What the pass computes, and what the library's public functions give for the same operands. */
function both(of: KernelCase, pass: Pass, dtype: FloatDType): { measured: Tensor; expected: Tensor } {
  const workload = new KernelWorkload(of, pass, dtype);
  const wide = wideDType(dtype);
  const [first, second, bias] = workload.operands as [Tensor, Tensor, Tensor];
  const measured = workload.enqueue();
  if (of.kind === 'gemm') {
    const x = zeros([of.rows, of.inner], dtype);
    const w = zeros([of.inner, of.columns], wide);
    const gradient = {
      forward: () => matmul(first, second),
      inputGradient: () => gradientBy(first, () => matmul(x, second), x),
      filterGradient: () => gradientBy(second, () => matmul(first, w), w),
    };
    return { measured, expected: gradient[pass]() };
  }
  if (of.kind === 'pool') {
    const options = { poolSize: of.kernel, strides: of.stride, padding: of.padding };
    const pool = () => (of.reduce === 'max' ? maxPool2d(first, options) : averagePool2d(first, options));
    return { measured, expected: pass === 'forward' ? pool() : gradientBy(second, pool, first) };
  }
  const { batch, size, channels, filters, kernel, stride: strides, padding, groups } = of;
  const x = zeros([batch, size, size, channels], dtype);
  const filter = zeros([kernel, kernel, channels / groups, filters], wide);
  const options = { strides, padding, groups };
  const gradient = {
    forward: () => conv2d(first, second, { ...options, bias }),
    inputGradient: () => gradientBy(first, () => conv2d(x, second, options), x),
    filterGradient: () => gradientBy(second, () => conv2d(first, filter, options), filter),
  };
  return { measured, expected: gradient[pass]() };
}

// First, while no tensor waits for the garbage collector.
it.each([conv, gemm, ...pools])('$name holds on to no memory but the operands', async (of) => {
  const { liveBytes } = memory();
  const workload = new KernelWorkload(of, passesOf(of).at(-1) as Pass, 'float32');
  const { liveBytes: prepared } = memory();
  expect(await workload.run(3)).toBeGreaterThan(0);
  expect(memory().liveBytes).toBe(prepared);
  workload.dispose();
  expect(memory().liveBytes).toBe(liveBytes);
});

describe.each([conv, gemm, ...pools])('$name', (of) => {
  const dtypes: FloatDType[] = ['float64', 'bfloat16'];
  it.each(passesOf(of).flatMap((pass) => dtypes.map((dtype) => [pass, dtype] as const)))(
    '%s in %s',
    async (pass, dtype) => {
      const { measured, expected } = both(of, pass, dtype);
      expect(measured.shape).toEqual(expected.shape);
      expect(measured.dtype).toBe(expected.dtype);
      expect(await values(measured)).toEqual(await values(expected));
    },
  );
});

it('counts two operations per multiply-add, padding included', () => {
  expect(operations(conv)).toBe(2 * 3 * 4 * 4 * 6 * 2 * 9);
  expect(operations(gemm)).toBe(2 * 5 * 7 * 9);
  expect(operations(pools[0] as PoolCase)).toBe(2 * 4 * 4 * 3 * 9);
});

it('counts operands and result once', () => {
  expect(bytesMoved(conv, 'float64')).toBe(8 * (3 * 7 * 7 * 4 + 3 * 3 * 2 * 6 + 3 * 4 * 4 * 6));
  expect(bytesMoved(gemm, 'float32')).toBe(4 * (5 * 7 + 7 * 9 + 5 * 9));
  expect(bytesMoved(gemm, 'bfloat16')).toBe(2 * (5 * 7 + 5 * 9) + 4 * (7 * 9));
  expect(bytesMoved(pools[0] as PoolCase, 'float32')).toBe(4 * (2 * 7 * 7 * 3 + 2 * 4 * 4 * 3));
});

it('knows every case by a name of its own', () => {
  expect(new Set(kernelCases.map(({ name }) => name)).size).toBe(kernelCases.length);
});
