import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    sqrt(x: Handle, y: Handle): void;
    sqrtGradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const sqrtOp = defineOp({
  name: 'sqrt',
  forward([x]: [Tensor]) {
    const output = elementwise(native.sqrt, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }) => [() => elementwise(native.sqrtGradient, y, dy)],
});

/**
 * Square root, element by element: NaN below 0. Its derivative at 0 is infinite.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.sqrt(tensor([9, 2])); // 3, 1.4142
 */
export function sqrt(x: Tensor): Tensor {
  checkFloat('sqrt', 'x', x);
  return sqrtOp([x]);
}
