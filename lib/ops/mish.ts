import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    mish(x: Handle, y: Handle): void;
    mishGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const mishOp = defineOp({
  name: 'mish',
  forward: ([x]: [Tensor]) => ({ output: elementwise(native.mish, x), saved: { x } }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.mishGradient, x, dy)],
});

/**
 * Mish: x · tanh(softplus(x)), element by element.
 *
 * Misra 2019, https://arxiv.org/abs/1908.08681
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.mish(tensor([-1, 2])); // -0.3034, 1.9440
 */
export function mish(x: Tensor): Tensor {
  checkFloat('mish', 'x', x);
  return mishOp([x]);
}
