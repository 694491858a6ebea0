import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';
import { multiply } from './multiply.js';

declare module '../native.js' {
  interface Native {
    exp(x: Handle, y: Handle): void;
  }
}

const expOp = defineOp({
  name: 'exp',
  forward([x]: [Tensor]) {
    const output = elementwise(native.exp, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }) => [() => multiply(dy, y)],
});

/**
 * eˣ, element by element.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.exp(tensor([0, 1])); // 1, 2.7183
 */
export function exp(x: Tensor): Tensor {
  checkFloat('exp', 'x', x);
  return expOp([x]);
}
