import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    tanh(x: Handle, y: Handle): void;
    tanhGradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const tanhOp = defineOp({
  name: 'tanh',
  forward([x]: [Tensor]) {
    const output = elementwise(native.tanh, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }) => [() => elementwise(native.tanhGradient, y, dy)],
});

/**
 * Hyperbolic tangent, element by element.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.tanh(tensor([0, 1])); // 0, 0.7616
 */
export function tanh(x: Tensor): Tensor {
  checkFloat('tanh', 'x', x);
  return tanhOp([x]);
}
