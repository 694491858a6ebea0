// y = a = b as a number, 1 or 0. Has no gradient: not differentiable.
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';

declare module '../native.js' {
  interface Native {
    equal: BroadcastCall;
  }
}

/**
 * 1 where a = b, else 0, element by element, in the operands' dtype: to be added up, averaged, multiplied with, or given to
 * {@link where}. NaN equals nothing.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.equal(tensor([1, 2, 3]), 2); // 0, 1, 0
 */
export function equal(a: Tensor | number, b: Tensor | number): Tensor {
  return equalAs('equal', ...operands('equal', a, b));
}

/** {@link equal} under the name of the op that calls it. @internal */
export function equalAs(subject: string, a: Tensor, b: Tensor): Tensor {
  return broadcast(subject, native.equal, a, b);
}
