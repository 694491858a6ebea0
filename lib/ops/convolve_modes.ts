// The convolution of mathematics on plain signals and matrices, and the cross-correlation that layers compute instead.
//
//   (h ∗ k)(t) = Σ_τ h(τ) k(t − τ)                 (h ⋆ k)(t) = Σ_τ h(t + τ) k(τ) = (h ∗ flipped k), shifted
//
// What is beyond the ends is 0. Of all sums, `full` keeps those where h and k overlap, `same` as many as h has elements,
// starting ⌊(kernel − 1) / 2⌋ sums later, and `valid` those where k lies within h.
import { checkChoice } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import type { Side } from '../tensor/padding.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2d } from './conv2d.js';
import { reshape } from './reshape.js';

const modes = ['full', 'same', 'valid'] as const;

/** Which sums of a convolution are kept. */
export type ConvolutionMode = (typeof modes)[number];

const sides = (mode: ConvolutionMode, kernel: number): Side =>
  mode === 'full'
    ? [kernel - 1, kernel - 1]
    : mode === 'same'
      ? [Math.ceil((kernel - 1) / 2), Math.floor((kernel - 1) / 2)]
      : [0, 0];

/** Convolution or, without `flip`, cross-correlation of two tensors of rank 1 or 2. */
export function convolveSignals(
  subject: string,
  h: Tensor,
  k: Tensor,
  mode: ConvolutionMode,
  axes: '[length]' | '[height, width]',
  flip: boolean,
): Tensor {
  const rank = axes.split(',').length;
  checkFloat(subject, 'h', h);
  checkRank(subject, 'h', h, rank, axes);
  checkFloat(subject, 'k', k);
  checkRank(subject, 'k', k, rank, axes);
  checkSameDType(subject, 'k', k, 'h', h);
  checkChoice(subject, 'mode', mode, modes);
  for (const [name, t] of Object.entries({ h, k }))
    if (t.shape.includes(0)) throw new ShapeError(`${subject}: ${name} is empty, of shape ${formatShape(t.shape)}`);
  if (mode === 'valid' && k.shape.some((extent, axis) => extent > (h.shape[axis] as number)))
    throw new ShapeError(`${subject}: k ${formatShape(k.shape)} does not lie within h ${formatShape(h.shape)}`);
  const [height, width] = rank === 1 ? [1, h.shape[0] as number] : (h.shape as readonly [number, number]);
  const [rows, columns] = rank === 1 ? [1, k.shape[0] as number] : (k.shape as readonly [number, number]);
  const y = conv2d(reshape(h, [1, height, width, 1]), reshape(k, [rows, columns, 1, 1]), {
    padding: { h: sides(mode, rows), w: sides(mode, columns) },
    flip,
  });
  return reshape(y, y.shape.slice(3 - rank, 3));
}
