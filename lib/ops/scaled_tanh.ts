import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    scaledTanh(x: Handle, y: Handle): void;
    scaledTanhGradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const scaledTanhOp = defineOp({
  name: 'scaledTanh',
  forward([x]: [Tensor]) {
    const output = elementwise(native.scaledTanh, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }) => [() => elementwise(native.scaledTanhGradient, y, dy)],
});

/**
 * LeNet's squashing function 1.7159 · tanh(2x / 3), element by element: it is 1 at 1 and −1 at −1.
 *
 * LeCun et al. 1998, Efficient BackProp
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.scaledTanh(tensor([-1, 2])); // -1, 1.4933
 */
export function scaledTanh(x: Tensor): Tensor {
  checkFloat('scaledTanh', 'x', x);
  return scaledTanhOp([x]);
}
