import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    abs(x: Handle, y: Handle): void;
    absGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const absOp = defineOp({
  name: 'abs',
  forward([x]: [Tensor]) {
    const output = elementwise(native.abs, x);
    return { output, saved: { x } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.absGradient, x, dy)],
});

/**
 * Absolute value, element by element. Its derivative at 0 is 0.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.abs(tensor([1, -2])); // 1, 2
 */
export function abs(x: Tensor): Tensor {
  checkFloat('abs', 'x', x);
  return absOp([x]);
}
