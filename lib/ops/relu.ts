import type { BackwardPass } from '../autograd/backward_pass.js';
import { defineOp } from '../autograd/define_op.js';
import { type Handle, native } from '../native.js';
import { checkFloat } from '../tensor/checks.js';
import { aliasOf, empty, type Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    relu(x: Handle, y: Handle): void;
    reluGradient(y: Handle, dy: Handle, dx: Handle): void;
  }
}

const reluOp = defineOp({
  name: 'relu',
  forward([x]: [Tensor]) {
    const output = elementwise(native.relu, x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }, _, pass) => [() => reluGradient(y, dy, pass)],
});

/** dy where y > 0, else 0, or what the pass' rule makes of it. @internal */
export function reluGradient(y: Tensor, dy: Tensor, pass: BackwardPass): Tensor {
  return throughRectifier(native.reluGradient, y, dy, pass);
}

/** What a rectifier with output y passes on of dy by the pass' rule; `gradient` is its derivative's part. @internal */
export function throughRectifier(
  gradient: (y: Handle, dy: Handle, dx: Handle) => void,
  y: Tensor,
  dy: Tensor,
  { rectifier, overwritable }: BackwardPass,
): Tensor {
  const upstream = rectifier === 'backprop' ? dy : elementwise(native.relu, dy);
  if (rectifier === 'deconvnet') return upstream;
  const dx = overwritable ? aliasOf(upstream) : empty(y.shape, y.dtype);
  gradient(y.handle, upstream.handle, dx.handle);
  return dx;
}

/**
 * Rectified linear unit: max(x, 0), element by element. Its derivative at 0 is 0.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor
 * @example
 * ops.relu(tensor([-1, 2])); // 0, 2
 */
export function relu(x: Tensor): Tensor {
  checkFloat('relu', 'x', x);
  return reluOp([x]);
}
