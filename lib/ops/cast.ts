/**
 * A tensor in another floating-point dtype: y = x, rounded to the nearest number where the new dtype is narrower.
 *
 * Gradient: dx = dy, in the dtype of x.
 */
import { defineOp } from '../autograd/define_op.js';
import { checkFloat } from '../tensor/checks.js';
import { converted } from '../tensor/convert.js';
import type { DType } from '../tensor/dtype.js';
import { DTypeError } from '../tensor/errors.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';

const castOp = defineOp({
  name: 'cast',
  bfloat16: { inputs: [0] },
  forward([x]: [Tensor], to: DType) {
    return { output: x.dtype === to ? aliasOf(x) : converted(x, to), saved: { from: x.dtype } };
  },
  backward: (dy, { from }) => [() => converted(dy, from)],
});

/** x in float32 where it is bfloat16, else x itself: for losses, which are float32. @internal */
export function widened(x: Tensor): Tensor {
  return x.dtype === 'bfloat16' ? castOp([x], 'float32') : x;
}

/**
 * Converts to float32, float64 or bfloat16.
 *
 * @param x float tensor of any shape
 * @returns a tensor of that dtype and the shape of x
 * @throws DTypeError unless x and the dtype asked for are of floating-point numbers
 * @example
 * const half = ops.cast(images, 'bfloat16');
 */
export function cast(x: Tensor, dtype: 'float32' | 'float64' | 'bfloat16'): Tensor {
  checkFloat('cast', 'x', x);
  if (!['float32', 'float64', 'bfloat16'].includes(dtype))
    throw new DTypeError(`cast: expected a dtype of float32, float64 or bfloat16, but received ${String(dtype)}`);
  return castOp([x], dtype);
}
