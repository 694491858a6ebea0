import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    negate(x: Handle, y: Handle): void;
  }
}

const negateOp = defineOp({
  name: 'negate',
  forward([x]: [Tensor]) {
    const output = elementwise(native.negate, x);
    return { output };
  },
  bfloat16: { inputs: [0] },
  backward: (dy) => [() => elementwise(native.negate, dy)],
});

/**
 * The opposite sign: −x, element by element.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.negate(tensor([1, -2])); // -1, 2
 */
export function negate(x: Tensor): Tensor {
  checkFloat('negate', 'x', x);
  return negateOp([x]);
}
