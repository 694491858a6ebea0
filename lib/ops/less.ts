// y = a < b as a number, 1 or 0. Has no gradient: not differentiable.
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';

declare module '../native.js' {
  interface Native {
    less: BroadcastCall;
  }
}

/**
 * 1 where a < b, else 0, element by element, in the operands' dtype: to be added up, averaged, multiplied with, or given to
 * {@link where}. NaN is less than nothing.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.less(tensor([1, 2, 3]), 2); // 1, 0, 0
 */
export function less(a: Tensor | number, b: Tensor | number): Tensor {
  return lessAs('less', ...operands('less', a, b));
}

/** {@link less} under the name of the op that calls it. @internal */
export function lessAs(subject: string, a: Tensor, b: Tensor): Tensor {
  return broadcast(subject, native.less, a, b);
}
