import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    silu(x: Handle, y: Handle): void;
    siluGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const siluOp = defineOp({
  name: 'silu',
  forward([x]: [Tensor]) {
    const output = elementwise(native.silu, x);
    return { output, saved: { x } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x }) => [() => elementwise(native.siluGradient, x, dy)],
});

/**
 * Sigmoid linear unit x / (1 + e⁻ˣ), also called swish, element by element.
 *
 * Elfwing et al. 2017, https://arxiv.org/abs/1702.03118
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.silu(tensor([-1, 2])); // -0.2689, 1.7616
 */
export function silu(x: Tensor): Tensor {
  checkFloat('silu', 'x', x);
  return siluOp([x]);
}
