import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    hardSwish(x: Handle, y: Handle): void;
    hardSwishGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const hardSwishOp = defineOp({
  name: 'hardSwish',
  forward: ([x]: [Tensor]) => ({ output: elementwise(native.hardSwish, x), saved: { x } }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.hardSwishGradient, x, dy)],
});

/**
 * Hard swish: x · min(max(x / 6 + 1/2, 0), 1), element by element, a piecewise approximation of {@link silu}.
 *
 * Howard et al. 2019, https://arxiv.org/abs/1905.02244
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.hardSwish(tensor([-4, 1, 4])); // 0, 0.6667, 4
 */
export function hardSwish(x: Tensor): Tensor {
  checkFloat('hardSwish', 'x', x);
  return hardSwishOp([x]);
}
