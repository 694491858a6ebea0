// Dropping whole slices: a mask of 0 and 1 / (1 − rate), with extents of 1 where elements share their fate, times x.
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { wideDType } from '../tensor/dtype.js';
import { ArgumentError } from '../tensor/errors.js';
import { Random } from '../tensor/random.js';
import type { Shape } from '../tensor/shape.js';
import { ones, type Tensor } from '../tensor/tensor.js';
import { dropout } from './dropout.js';
import { multiply } from './multiply.js';

/** What ops that drop slices take: the options of dropout. */
export interface DropSlicesOptions {
  /** Probability that a slice is dropped, from 0 up to but not including 1. */
  readonly rate: number;
  /** Source of randomness; one word is drawn per slice. */
  readonly random: Random;
}

/** @throws ArgumentError unless 0 ≤ rate < 1 and `random` is a Random; DTypeError unless x is a float tensor */
export function checkDropSlices(subject: string, x: Tensor, options: DropSlicesOptions): void {
  checkFloat(subject, 'x', x);
  checkOptions(subject, options, ['rate', 'random']);
  const { rate, random } = options;
  checkNumber(subject, 'rate', rate, 0, 1);
  if (rate === 1) throw new ArgumentError(`${subject}: rate must be below 1, but received 1`);
  if (!(random instanceof Random))
    throw new ArgumentError(`${subject}: random must be a Random, but received ${show(random)}`);
}

/** x, with one draw of dropout for each element of `mask`, a shape that broadcasts to x's. Inputs are checked. */
export function dropSlices(x: Tensor, mask: Shape, { rate, random }: DropSlicesOptions): Tensor {
  return rate === 0 ? x : multiply(x, dropout(ones(mask, wideDType(x.dtype)), { rate, random }));
}
