// The algorithms of 2-D convolution, and which convolutions each can do.
import { checkChoice } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';

const algorithms = ['auto', 'direct', 'winograd2', 'winograd4'] as const;

/**
 * How a convolution and its gradients are computed.
 *
 * - `'direct'`: sums of products, every one of them.
 * - `'winograd2'`, `'winograd4'`: Winograd's minimal filtering by tiles of 2×2 or 4×4 pixels (Lavin & Gray 2015, arXiv
 *   1509.09308), which takes fewer multiplications: F(2×2, 3×3) 2.25 times, F(2×2, 5×5) 2.8 times and F(4×4, 3×3) 4 times. For
 *   3×3 and, with `'winograd2'`, 5×5 kernels with strides 1, dilations 1, groups 1.
 * - `'auto'`: for each of output, input gradient and filter gradient the fastest of them, by an estimate that depends on
 *   shapes and dtype alone; `'direct'` in float64.
 *
 * Rounding, with u = 2⁻²⁴ in float32 and C channels summed over: a direct result is a sum of K = 9C or 25C products, within
 * K·u · K·max|x|·max|k| of the exact one. Minimal filtering sums C products, and its transforms add some roundings: it is within
 *
 * - (C + 8)·u · 64·C·max|x|·max|k| by F(2×2, 3×3),
 * - (C + 18)·u · 564·C·max|x|·max|k| by F(4×4, 3×3),
 * - (C + 18)·u · 1132·C·max|x|·max|k| by F(2×2, 5×5).
 *
 * The factors are the squares, for there are two dimensions, of 8, 23.75 and 33.64, the largest sums over points of
 * |Aᵀ|·Σ|G|·Σ|Bᵀ|. Errors seldom conspire: relative to the norm of the output, noise of 256 channels gives 8e-7 directly, and
 * 5e-7, 1.4e-6 and 1.6e-6 by these.
 *
 * The filter's gradient is a sum over P pixels of the output: within P·u · P·max|x|·max|dy| directly. Minimal filtering sums
 * over the T tiles that cover them, of 2×2 or 4×4 pixels, and is within
 *
 * - (T + 6)·u · 36·T·max|x|·max|dy| by F(2×2, 3×3),
 * - (T + 16)·u · 803·T·max|x|·max|dy| by F(4×4, 3×3),
 * - (T + 16)·u · 363·T·max|x|·max|dy| by F(2×2, 5×5).
 *
 * 36, 803 and 363 are the squares of 6, 28.33 and 19.04, the largest sums over points of |Gᵀ|·Σ|A|·Σ|Bᵀ|. Relative to its
 * norm, noise of 16 × 32 × 32 pixels gives 3e-7 directly, and 5e-7, 1.4e-6 and 1.6e-6 by these.
 *
 * On small integers F(2×2, 3×3) is exact, with its gradients, for it multiplies by halves only.
 */
export type ConvAlgorithm = (typeof algorithms)[number];

/** The kernels that minimal filtering is there for. */
const kernelExtents = { winograd2: [3, 5], winograd4: [3] } as const;

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
  const extents = kernelExtents[algorithm];
  const demands: readonly [needs: string, given: string, fits: boolean][] = [
    [
      `a ${extents.map((extent) => `${extent}×${extent}`).join(' or ')} kernel`,
      `the kernel is ${kernelSize.join('×')}`,
      extents.some((extent) => kernelSize.every((side) => side === extent)),
    ],
    ['strides 1', `strides are ${strides.join('×')}`, strides.every((step) => step === 1)],
    ['dilations 1', `dilations are ${dilations.join('×')}`, dilations.every((step) => step === 1)],
    ['groups 1', `groups are ${groups}`, groups === 1],
  ];
  const unmet = demands.find(([, , fits]) => !fits);
  if (unmet) throw new ArgumentError(`${subject}: algorithm '${algorithm}' needs ${unmet[0]}, but ${unmet[1]}`);
}
