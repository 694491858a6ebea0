import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    softplus(x: Handle, y: Handle): void;
    softplusGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const softplusOp = defineOp({
  name: 'softplus',
  forward([x]: [Tensor]) {
    const output = elementwise(native.softplus, x);
    return { output, saved: { x } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.softplusGradient, x, dy)],
});

/**
 * Smooth rectifier ln(1 + eˣ), element by element, without overflow.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.softplus(tensor([0, 100])); // 0.6931, 100
 */
export function softplus(x: Tensor): Tensor {
  checkFloat('softplus', 'x', x);
  return softplusOp([x]);
}
