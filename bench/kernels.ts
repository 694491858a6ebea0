/**
 * One pass of one case as the library runs it in training.
 *
 * Forward passes go through the public op: checks, a fresh output, the stream. A gradient alone cannot be had from the
 * public API, which runs the forward pass first; so a convolution's gradients go through the native entry that the op's
 * backward pass calls, with its arguments and a fresh output. The gradients of a matrix product are matrix products.
 * Convolutions have a bias, and so the filter's gradient comes with the bias's, as in training.
 */
import { native, synchronize } from '../lib/native.js';
import { conv2d } from '../lib/ops/conv2d.js';
import { matmul } from '../lib/ops/matmul.js';
import type { TypedArray } from '../lib/tensor/dtype.js';
import { Random } from '../lib/tensor/random.js';
import { empty, type Tensor, tensor } from '../lib/tensor/tensor.js';
import { type ConvCase, type GemmCase, type KernelCase, outSize, type Pass } from './cases.js';
import { time, type Workload } from './workload.js';

export type FloatDType = 'float32' | 'float64';

const noisePeriod = 1_000_003; // prime, so that rows and images differ

/** Numbers uniform in [−1, 1), the same in every run. */
export function noise(length: number, dtype: FloatDType, seed = 7): TypedArray {
  const random = new Random(seed);
  const block = Float32Array.from({ length: Math.min(length, noisePeriod) }, () => 2 * random.uniform() - 1);
  const values = dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
  for (let start = 0; start < length; start += noisePeriod) values.set(block.subarray(0, length - start), start);
  return values;
}

/** Makes an operand of random numbers. */
type Operand = (...shape: number[]) => Tensor;

/** Enqueues one pass and returns its result. */
type Enqueue = () => Tensor;

function convPass(of: ConvCase, pass: Pass, operand: Operand): Enqueue {
  const { batch, size, channels, filters, kernel, stride, padding, groups } = of;
  const out = outSize(of);
  const x = () => operand(batch, size, size, channels);
  const filter = () => operand(kernel, kernel, channels / groups, filters);
  const dy = () => operand(batch, out, out, filters);
  const geometry = [
    batch, size, size, channels, kernel, kernel, filters, out, out, stride, stride, 1, 1, padding, padding, groups,
  ] as const; // biome-ignore format: one tuple
  switch (pass) {
    case 'forward': {
      const operands = [x(), filter()] as const;
      const options = { bias: operand(filters), strides: stride, padding, groups };
      return () => conv2d(...operands, options);
    }
    case 'inputGradient': {
      const [up, bank] = [dy(), filter()];
      return () => {
        const dx = empty([batch, size, size, channels], up.dtype);
        native.conv2dInputGradient(up.handle, bank.handle, dx.handle, ...geometry);
        return dx;
      };
    }
    case 'filterGradient': {
      const [images, up] = [x(), dy()];
      return () => {
        const dFilter = empty([kernel, kernel, channels / groups, filters], up.dtype);
        const dBias = empty([filters], up.dtype);
        native.conv2dFilterGradient(images.handle, up.handle, dFilter.handle, dBias.handle, ...geometry);
        dBias.dispose();
        return dFilter;
      };
    }
  }
}

function gemmPass({ rows, inner, columns }: GemmCase, pass: Pass, operand: Operand): Enqueue {
  const product = (a: Tensor, b: Tensor, options?: { transposeA?: boolean; transposeB?: boolean }) => () =>
    matmul(a, b, options);
  switch (pass) {
    case 'forward':
      return product(operand(rows, inner), operand(inner, columns));
    case 'inputGradient':
      return product(operand(rows, columns), operand(inner, columns), { transposeB: true });
    case 'filterGradient':
      return product(operand(rows, inner), operand(rows, columns), { transposeA: true });
  }
}

/** One pass with random operands. */
export class KernelWorkload implements Workload {
  readonly operands: Tensor[] = [];
  /** Enqueues one call; the result is the caller's. */
  readonly enqueue: Enqueue;

  constructor(of: KernelCase, pass: Pass, dtype: FloatDType) {
    const operand: Operand = (...shape) => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      const made = tensor(noise(length, dtype, this.operands.length), shape);
      this.operands.push(made);
      return made;
    };
    this.enqueue = of.kind === 'conv' ? convPass(of, pass, operand) : gemmPass(of, pass, operand);
  }

  run(calls: number): Promise<number> {
    return time(() => {
      for (let call = 0; call < calls; call++) this.enqueue().dispose();
      return synchronize();
    });
  }

  dispose(): void {
    for (const operand of this.operands) operand.dispose();
  }
}
