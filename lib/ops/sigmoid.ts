import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    sigmoid(x: Handle, y: Handle): void;
    sigmoidGradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const sigmoidOp = defineOp({
  name: 'sigmoid',
  forward([x]: [Tensor]) {
    const output = elementwise(native.sigmoid, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }) => [() => elementwise(native.sigmoidGradient, y, dy)],
});

/**
 * Logistic function 1 / (1 + e⁻ˣ), element by element.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.sigmoid(tensor([0, 2])); // 0.5, 0.8808
 */
export function sigmoid(x: Tensor): Tensor {
  checkFloat('sigmoid', 'x', x);
  return sigmoidOp([x]);
}
