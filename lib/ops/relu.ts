import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    relu(x: Handle, y: Handle): void;
    reluGradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const reluOp = defineOp({
  name: 'relu',
  forward([x]: [Tensor]) {
    const output = empty(x.shape, x.dtype);
    native.relu(x.handle, output.handle);
    return { output, saved: { y: output } };
  },
  backward: (dy, { y }) => [() => reluGradient(y, dy)],
});

/** dy where y > 0, else 0. @internal */
export function reluGradient(y: Tensor, dy: Tensor): Tensor {
  const dx = empty(y.shape, y.dtype);
  native.reluGradient(y.handle, dy.handle, dx.handle);
  return dx;
}

/**
 * Rectified linear unit: max(x, 0), element by element. Its derivative at 0 is 0.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is float32 or float64
 * @example
 * ops.relu(tensor([-1, 2])); // 0, 2
 */
export function relu(x: Tensor): Tensor {
  checkFloat('relu', 'x', x);
  return reluOp([x]);
}
