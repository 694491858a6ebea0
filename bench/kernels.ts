/**
 * One pass of one case as the library runs it in training.
 *
 * Forward passes go through the public op: checks, a fresh output, the stream. A gradient alone cannot be had from the
 * public API, which runs the forward pass first; so a convolution's gradients go through the native entry that the op's
 * backward pass calls, with its arguments and a fresh output. The gradients of a matrix product are matrix products. Beside
 * bfloat16, weights and their gradients are float32, as in training.
 * Convolutions have a bias, and so the filter's gradient comes with the bias's, as in training. A maximum notes where it stood.
 */
import { native, synchronize } from '../lib/native.js';
import { averagePool2d, spreadWindows } from '../lib/ops/average_pool2d.js';
import { algorithmCode, type ConvAlgorithm, checkAlgorithm } from '../lib/ops/conv_algorithm.js';
import { conv2d } from '../lib/ops/conv2d.js';
import { matmul, product } from '../lib/ops/matmul.js';
import { maxPool2dWithSwitches, routeToSwitches } from '../lib/ops/max_pool2d.js';
import { poolGeometry } from '../lib/ops/pool2d.js';
import { allocateTypedArray, type DType, type TypedArray, wideDType } from '../lib/tensor/dtype.js';
import { Random } from '../lib/tensor/random.js';
import { elementCount } from '../lib/tensor/shape.js';
import { empty, type Tensor, tensor } from '../lib/tensor/tensor.js';
import { type ConvCase, type GemmCase, type KernelCase, outSize, type Pass, type PoolCase } from './cases.js';
import { time, type Workload } from './workload.js';

/** The dtype of images and features; weights, and their gradients, beside bfloat16 are float32. */
export type FloatDType = 'float32' | 'float64' | 'bfloat16';

const noisePeriod = 1_000_003; // prime, so that rows and images differ

/** Numbers uniform in [−1, 1), the same in every run. */
export function noise(length: number, dtype: DType, seed = 7): TypedArray {
  const random = new Random(seed);
  const block = Float32Array.from({ length: Math.min(length, noisePeriod) }, () => 2 * random.uniform() - 1);
  const values = allocateTypedArray(dtype, length);
  for (let start = 0; start < length; start += noisePeriod) values.set(block.subarray(0, length - start), start);
  return values;
}

/** Makes the operands, which the workload owns. */
interface Operands {
  /** Random numbers: images, features, or gradients by them. */
  (...shape: number[]): Tensor;
  /** Random numbers, for weights. */
  weights(...shape: number[]): Tensor;
  /** Takes a tensor over. */
  keep(made: Tensor): Tensor;
}

/** Enqueues one pass and returns its result. */
type Enqueue = () => Tensor;

function convPass(of: ConvCase, pass: Pass, operand: Operands, algorithm: ConvAlgorithm): Enqueue {
  const { batch, size, channels, filters, kernel, stride, padding, groups } = of;
  const out = outSize(of);
  const x = () => operand(batch, size, size, channels);
  const filter = () => operand.weights(kernel, kernel, channels / groups, filters);
  const dy = () => operand(batch, out, out, filters);
  const geometry = [
    batch, size, size, channels, kernel, kernel, filters, out, out, stride, stride, 1, 1, padding, padding, groups,
  ] as const; // biome-ignore format: one tuple
  checkAlgorithm(of.name, algorithm, {
    kernelSize: [kernel, kernel],
    strides: [stride, stride],
    dilations: [1, 1],
    groups,
  });
  switch (pass) {
    case 'forward': {
      const operands = [x(), filter()] as const;
      const options = { bias: operand.weights(filters), strides: stride, padding, groups, algorithm };
      return () => conv2d(...operands, options);
    }
    case 'inputGradient': {
      const [up, bank] = [dy(), filter()];
      return () => {
        const dx = empty([batch, size, size, channels], up.dtype);
        native.conv2dInputGradient(up.handle, bank.handle, 0, dx.handle, ...geometry, 0, algorithmCode(algorithm));
        return dx;
      };
    }
    case 'filterGradient': {
      const [images, up, code] = [x(), dy(), algorithmCode(algorithm)];
      return () => {
        const dFilter = empty([kernel, kernel, channels / groups, filters], wideDType(up.dtype));
        const dBias = empty([filters], dFilter.dtype);
        native.conv2dFilterGradient(images.handle, up.handle, dFilter.handle, dBias.handle, ...geometry, code);
        dBias.dispose();
        return dFilter;
      };
    }
  }
}

function gemmPass({ rows, inner, columns }: GemmCase, pass: Pass, operand: Operands): Enqueue {
  switch (pass) {
    case 'forward': {
      const [x, weights] = [operand(rows, inner), operand.weights(inner, columns)];
      return () => matmul(x, weights);
    }
    case 'inputGradient': {
      const [dy, weights] = [operand(rows, columns), operand.weights(inner, columns)];
      return () => matmul(dy, weights, { transposeB: true });
    }
    case 'filterGradient': {
      const [x, dy] = [operand(rows, inner), operand(rows, columns)];
      return () => product(x, dy, true, false, undefined, 'none', wideDType(dy.dtype));
    }
  }
}

function poolPass(of: PoolCase, pass: Pass, operand: Operands): Enqueue {
  const { reduce, batch, size, channels, kernel, stride: strides, padding } = of;
  const x = operand(batch, size, size, channels);
  const options = { poolSize: kernel, strides, padding };
  const forward = (): Tensor => {
    if (reduce === 'average') return averagePool2d(x, options);
    const { output, switches } = maxPool2dWithSwitches(x, options);
    switches.positions.dispose();
    return output;
  };
  if (pass === 'forward') return forward;
  const dy = operand(batch, outSize(of), outSize(of), channels);
  const geometry = poolGeometry(of.name, x, options);
  if (reduce === 'average') return () => spreadWindows(dy, x.shape, { ...geometry, divisor: 'imageAndPadding' });
  const { output, switches } = maxPool2dWithSwitches(x, options);
  output.dispose();
  const positions = operand.keep(switches.positions);
  return () => routeToSwitches(dy, positions, x.shape, geometry);
}

function passOf(of: KernelCase, pass: Pass, operand: Operands, algorithm: ConvAlgorithm): Enqueue {
  switch (of.kind) {
    case 'conv':
      return convPass(of, pass, operand, algorithm);
    case 'gemm':
      return gemmPass(of, pass, operand);
    case 'pool':
      return poolPass(of, pass, operand);
  }
}

/** One pass with random operands. */
export class KernelWorkload implements Workload {
  readonly operands: Tensor[] = [];
  /** Enqueues one call; the result is the caller's. */
  readonly enqueue: Enqueue;

  constructor(of: KernelCase, pass: Pass, dtype: FloatDType, algorithm: ConvAlgorithm = 'auto') {
    const keep = (made: Tensor): Tensor => {
      this.operands.push(made);
      return made;
    };
    const randomOf =
      (dtype: DType) =>
      (...shape: number[]): Tensor =>
        keep(tensor(noise(elementCount(shape), dtype, this.operands.length), shape, dtype));
    const operands = Object.assign(randomOf(dtype), { weights: randomOf(wideDType(dtype)), keep });
    this.enqueue = passOf(of, pass, operands, algorithm);
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
