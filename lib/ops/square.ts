import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    square(x: Handle, y: Handle): void;
    squareGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const squareOp = defineOp({
  name: 'square',
  forward([x]: [Tensor]) {
    const output = elementwise(native.square, x);
    return { output, saved: { x } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.squareGradient, x, dy)],
});

/**
 * x², element by element.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.square(tensor([3, -2])); // 9, 4
 */
export function square(x: Tensor): Tensor {
  checkFloat('square', 'x', x);
  return squareOp([x]);
}
