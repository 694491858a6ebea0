import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { divide } from './divide.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    log(x: Handle, y: Handle): void;
  }
}

const logOp = defineOp({
  name: 'log',
  forward([x]: [Tensor]) {
    const output = elementwise(native.log, x);
    return { output, saved: { x } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => divide(dy, x)],
});

/**
 * Natural logarithm, element by element: −∞ at 0, NaN below.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.log(tensor([1, 10])); // 0, 2.3026
 */
export function log(x: Tensor): Tensor {
  checkFloat('log', 'x', x);
  return logOp([x]);
}
