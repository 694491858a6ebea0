// y = a > b as a number, 1 or 0. Has no gradient: not differentiable.
import type { Tensor } from '../tensor/tensor.js';
import { operands } from './broadcast.js';
import { lessAs } from './less.js';

/**
 * 1 where a > b, else 0, element by element, in the operands' dtype: to be added up, averaged, multiplied with, or given to
 * {@link where}. NaN is greater than nothing.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.greater(tensor([1, 2, 3]), 2); // 0, 0, 1
 */
export function greater(a: Tensor | number, b: Tensor | number): Tensor {
  const [left, right] = operands('greater', a, b);
  return lessAs('greater', right, left);
}
