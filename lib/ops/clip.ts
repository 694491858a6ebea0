import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { show } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    clip(x: Handle, y: Handle, low: number, high: number): void;
    clipGradient(x: Handle, dy: Handle, dx: Handle, low: number, high: number): void;
  }
}

const clipOp = defineOp({
  name: 'clip',
  forward: ([x]: [Tensor], [low, high]: readonly [number, number]) => ({
    output: elementwise((from, to) => native.clip(from, to, low, high), x),
    saved: { x },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }, [low, high]) => [
    () => elementwise((from, upstream, to) => native.clipGradient(from, upstream, to, low, high), x, dy),
  ],
});

/**
 * Limits every element to [low, high]. NaN stays NaN. The derivative is 1 inside and at the limits, 0 outside.
 *
 * @param x float tensor of any shape
 * @param low smallest value let through, or −Infinity
 * @param high largest value let through, or Infinity
 * @throws DTypeError unless x is a float tensor; ArgumentError unless low <= high
 * @example
 * ops.clip(tensor([-3, 0.5, 7]), 0, 1); // 0, 0.5, 1
 */
export function clip(x: Tensor, low: number, high: number): Tensor {
  checkFloat('clip', 'x', x);
  if (typeof low !== 'number' || typeof high !== 'number' || !(low <= high))
    throw new ArgumentError(
      `clip: low and high must be numbers with low <= high, but received ${show(low)} and ${show(high)}`,
    );
  return clipOp([x], [low, high]);
}
