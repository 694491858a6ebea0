// y = a ≥ b as a number, 1 or 0. Has no gradient: not differentiable.
import type { Tensor } from '../tensor/tensor.js';
import { operands } from './broadcast.js';
import { lessEqualAs } from './less_equal.js';

/**
 * 1 where a ≥ b, else 0, element by element, in the operands' dtype: to be added up, averaged, multiplied with, or given to
 * {@link where}. 0 where either is NaN.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.greaterEqual(tensor([1, 2, 3]), 2); // 0, 1, 1
 */
export function greaterEqual(a: Tensor | number, b: Tensor | number): Tensor {
  const [left, right] = operands('greaterEqual', a, b);
  return lessEqualAs('greaterEqual', right, left);
}
