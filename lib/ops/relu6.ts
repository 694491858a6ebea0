import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';
import { throughRectifier } from './relu.js';

declare module '../native.js' {
  interface Native {
    relu6(x: Handle, y: Handle): void;
    relu6Gradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const relu6Op = defineOp({
  name: 'relu6',
  forward([x]: [Tensor]) {
    const output = elementwise(native.relu6, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }, _, pass) => [() => throughRectifier(native.relu6Gradient, y, dy, pass)],
});

/**
 * Rectified linear unit that ends at 6: min(max(x, 0), 6), element by element. Its derivative is 0 at 0 and at 6.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.relu6(tensor([-1, 2, 7])); // 0, 2, 6
 */
export function relu6(x: Tensor): Tensor {
  checkFloat('relu6', 'x', x);
  return relu6Op([x]);
}
