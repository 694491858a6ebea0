// The algorithms of 2-D convolution, and which convolutions each can do.
import { checkChoice } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';

const algorithms = ['auto', 'direct', 'winograd2', 'winograd4'] as const;

/**
 * How a convolution and its gradients are computed.
 *
 * - `'direct'`: sums of products, every one of them.
 * - `'winograd2'`, `'winograd4'`: Winograd's minimal filtering F(2×2, 3×3) or F(4×4, 3×3) (Lavin & Gray 2015, arXiv
 *   1509.09308), which takes 2.25 or 4 times fewer multiplications. For 3×3 kernels with strides 1, dilations 1, groups 1.
 * - `'auto'`: for each of output, input gradient and filter gradient the fastest of them, by an estimate that depends on
 *   shapes and dtype alone; `'direct'` in float64.
 *
 * Rounding, with u = 2⁻²⁴ in float32 and C channels summed over: a direct result is within 9C·u · 9C·max|x|·max|k| of the
 * exact one. Minimal filtering sums C products, and its transforms add 8 roundings (F2) or 18 (F4): it is within
 * (C + 8)·u · 64·C·max|x|·max|k| or (C + 18)·u · 564·C·max|x|·max|k|. The factors are the squares, for there are two
 * dimensions, of 8 and 23.75, the largest sums over points of |Aᵀ|·Σ|G|·Σ|Bᵀ|. Errors seldom conspire: relative to the norm
 * of the output, noise of 256 channels gives 8e-7 directly, 5e-7 with F2 and 1.4e-6 with F4.
 *
 * The filter's gradient is a sum over P pixels of the output: within P·u · P·max|x|·max|dy| directly. Minimal filtering sums
 * over the T tiles that cover them, of 2×2 or 4×4 pixels, and is within (T + 6)·u · 36·T·max|x|·max|dy| (F2) or
 * (T + 16)·u · 803·T·max|x|·max|dy| (F4): 36 and 803 are the squares of 6 and 28.33, the largest sums over points of
 * |Gᵀ|·Σ|A|·Σ|Bᵀ|. Relative to its norm, noise of 16 × 32 × 32 pixels gives 3e-7 directly, 5e-7 with F2 and 1.4e-6 with F4.
 *
 * On small integers F2 is exact, with its gradients, for it multiplies by halves only.
 */
export type ConvAlgorithm = (typeof algorithms)[number];

/** The native code of an algorithm. */
export function algorithmCode(algorithm: ConvAlgorithm): number {
  return algorithms.indexOf(algorithm);
}

interface Convolution {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}

/** @throws ArgumentError for an unknown algorithm, and for one that cannot do such a convolution. */
export function checkAlgorithm(
  subject: string,
  algorithm: unknown,
  { kernelSize, strides, dilations, groups }: Convolution,
): asserts algorithm is ConvAlgorithm {
  checkChoice(subject, 'algorithm', algorithm, algorithms);
  if (algorithm === 'auto' || algorithm === 'direct') return;
  const demands: readonly [needs: string, given: string, fits: boolean][] = [
    ['a 3×3 kernel', `the kernel is ${kernelSize.join('×')}`, kernelSize.every((extent) => extent === 3)],
    ['strides 1', `strides are ${strides.join('×')}`, strides.every((step) => step === 1)],
    ['dilations 1', `dilations are ${dilations.join('×')}`, dilations.every((step) => step === 1)],
    ['groups 1', `groups are ${groups}`, groups === 1],
  ];
  const unmet = demands.find(([, , fits]) => !fits);
  if (unmet) throw new ArgumentError(`${subject}: algorithm '${algorithm}' needs ${unmet[0]}, but ${unmet[1]}`);
}
