import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    selu(x: Handle, y: Handle): void;
    seluGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const seluOp = defineOp({
  name: 'selu',
  forward: ([x]: [Tensor]) => ({ output: elementwise(native.selu, x), saved: { x } }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.seluGradient, x, dy)],
});

/**
 * Scaled exponential linear unit: s · x where x > 0, else s · a · (eˣ − 1), with s = 1.0507… and a = 1.6733…, which let
 * deep networks of dense layers keep mean 0 and variance 1.
 *
 * Klambauer et al. 2017, https://arxiv.org/abs/1706.02515
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.selu(tensor([-1, 2])); // -1.1113, 2.1014
 */
export function selu(x: Tensor): Tensor {
  checkFloat('selu', 'x', x);
  return seluOp([x]);
}
