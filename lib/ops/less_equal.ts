// y = a ≤ b as a number, 1 or 0. Has no gradient: not differentiable.
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';

declare module '../native.js' {
  interface Native {
    lessEqual: BroadcastCall;
  }
}

/**
 * 1 where a ≤ b, else 0, element by element, in the operands' dtype: to be added up, averaged, multiplied with, or given to
 * {@link where}. 0 where either is NaN.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.lessEqual(tensor([1, 2, 3]), 2); // 1, 1, 0
 */
export function lessEqual(a: Tensor | number, b: Tensor | number): Tensor {
  return lessEqualAs('lessEqual', ...operands('lessEqual', a, b));
}

/** {@link lessEqual} under the name of the op that calls it. @internal */
export function lessEqualAs(subject: string, a: Tensor, b: Tensor): Tensor {
  return broadcast(subject, native.lessEqual, a, b);
}
