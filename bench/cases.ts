/**
 * What is measured: convolutions, poolings and matrix products of well-known networks, with the batch sizes they are trained with.
 *
 * Operations per call, the same for each pass: 2 · batch · outHeight · outWidth · filters · channels / groups · kernel²,
 * taps that fall on the padding included; 2 · rows · inner · columns for a matrix product; one for each tap of a pooling.
 * Bytes moved, the same for each pass: each operand and the result, once (biases and a pooling's switches not counted).
 */
import { byteSize, type DType, wideDType } from '../lib/tensor/dtype.js';

export type Pass = 'forward' | 'inputGradient' | 'filterGradient';

export const passes: readonly Pass[] = ['forward', 'inputGradient', 'filterGradient'];

/** A convolution of square images, [batch, size, size, channels], with square kernels. */
export interface ConvCase {
  readonly kind: 'conv';
  readonly name: string;
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros on each end. */
  readonly padding: number;
  readonly groups: number;
}

/** A dense layer: x [rows, inner] times w [inner, columns]. */
export interface GemmCase {
  readonly kind: 'gemm';
  readonly name: string;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A pooling of square images, [batch, size, size, channels], with square windows. */
export interface PoolCase {
  readonly kind: 'pool';
  readonly name: string;
  readonly reduce: 'max' | 'average';
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

export type KernelCase = ConvCase | GemmCase | PoolCase;

type Numbers = [batch: number, size: number, channels: number, filters: number, kernel: number];

function conv(name: string, [batch, size, channels, filters, kernel]: Numbers, stride = 1, groups = 1): ConvCase {
  const padding = Math.floor(kernel / 2);
  return { kind: 'conv', name: `conv ${name}`, batch, size, channels, filters, kernel, stride, padding, groups };
}

function gemm(rows: number, inner: number, columns: number): GemmCase {
  return { kind: 'gemm', name: `gemm ${rows}x${inner}x${columns}`, rows, inner, columns };
}

/** The shapes that are pooled. */
const pooled: readonly [name: string, batch: number, size: number, channels: number, kernel: number][] = [
  ['vgg 64ch @224 k2s2', 16, 224, 64, 2],
  ['resnet 64ch @112 k3s2', 32, 112, 64, 3],
  ['lenet 32ch @28 k2s2', 128, 28, 32, 2],
  ['cifar 32ch @32 k2s2', 128, 32, 32, 2],
];

function pools(): PoolCase[] {
  const reduces = [
    ['max', 'maxpool'],
    ['average', 'avgpool'],
  ] as const;
  return pooled.flatMap(([name, batch, size, channels, kernel]) =>
    reduces.map(([reduce, prefix]): PoolCase => {
      const padding = (kernel - 1) >> 1;
      return { kind: 'pool', name: `${prefix} ${name}`, reduce, batch, size, channels, kernel, stride: 2, padding };
    }),
  );
}

/** Every case, in the order it is run. */
export const kernelCases: readonly KernelCase[] = [
  conv('lenet 1>32 k5 @28', [128, 28, 1, 32, 5]),
  conv('lenet 32>64 k5 @14', [128, 14, 32, 64, 5]),
  conv('cifar 3>32 k3 @32', [128, 32, 3, 32, 3]),
  conv('cifar 32>32 k3 @32', [128, 32, 32, 32, 3]),
  conv('cifar 64>64 k3 @16', [128, 16, 64, 64, 3]),
  conv('svhn 3>48 k5 @54', [64, 54, 3, 48, 5]),
  conv('svhn 64>128 k5 @27', [64, 27, 64, 128, 5]),
  conv('svhn 160>192 k5 @13', [64, 13, 160, 192, 5]),
  conv('resnet 3>64 k7s2 @224', [32, 224, 3, 64, 7], 2),
  conv('resnet 64>64 k1 @56', [32, 56, 64, 64, 1]),
  conv('resnet 64>64 k3 @56', [32, 56, 64, 64, 3]),
  conv('resnet 128>128 k3 @28', [32, 28, 128, 128, 3]),
  conv('resnet 256>1024 k1 @14', [32, 14, 256, 1024, 1]),
  conv('resnet 512>512 k3 @7', [32, 7, 512, 512, 3]),
  conv('vgg 3>64 k3 @224', [16, 224, 3, 64, 3]),
  conv('vgg 64>128 k3 @112', [16, 112, 64, 128, 3]),
  conv('vgg 256>256 k3 @56', [16, 56, 256, 256, 3]),
  conv('vgg 512>512 k3 @28', [16, 28, 512, 512, 3]),
  conv('vgg 512>512 k3 @14', [16, 14, 512, 512, 3]),
  conv('depthwise 128 k3 @56', [32, 56, 128, 128, 3], 1, 128),
  gemm(1024, 1024, 1024),
  gemm(128, 9216, 4096),
  gemm(256, 3136, 512),
  gemm(16, 4096, 4096),
  ...pools(),
];

/** The passes that a case has: a pooling has no filter. */
export function passesOf({ kind }: KernelCase): readonly Pass[] {
  return kind === 'pool' ? ['forward', 'inputGradient'] : passes;
}

/** Height and width of the output. */
export function outSize({ size, padding, kernel, stride }: ConvCase | PoolCase): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

/** Floating-point operations of one call of one pass. */
export function operations(of: KernelCase): number {
  if (of.kind === 'gemm') return 2 * of.rows * of.inner * of.columns;
  const taps = of.batch * outSize(of) ** 2 * of.kernel ** 2;
  return of.kind === 'pool' ? taps * of.channels : 2 * taps * of.filters * (of.channels / of.groups);
}

/** Bytes that one call of one pass reads and writes. */
export function bytesMoved(of: KernelCase, dtype: DType): number {
  const { features, weights } = elementsMoved(of);
  return features * byteSize(dtype) + weights * byteSize(wideDType(dtype));
}

/** Elements that one call of one pass reads and writes. */
function elementsMoved(of: KernelCase): { features: number; weights: number } {
  if (of.kind === 'gemm')
    return { features: of.rows * of.inner + of.rows * of.columns, weights: of.inner * of.columns };
  const [images, positions] = [of.batch * of.size ** 2 * of.channels, of.batch * outSize(of) ** 2];
  if (of.kind === 'pool') return { features: images + positions * of.channels, weights: 0 };
  const weights = of.kernel ** 2 * (of.channels / of.groups) * of.filters;
  return { features: images + positions * of.filters, weights };
}
