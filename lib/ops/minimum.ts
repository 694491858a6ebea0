import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';
import { maximumShare } from './maximum.js';
import { multiply } from './multiply.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    minimum: BroadcastCall;
  }
}

const minimumOp = defineOp({
  name: 'minimum',
  forward: ([a, b]: [Tensor, Tensor]) => ({ output: broadcast('minimum', native.minimum, a, b), saved: { a, b } }),
  bfloat16: { inputs: 'asGiven' },
  backward: (dy, { a, b }) => [
    () => sumTo(multiply(dy, maximumShare(b, a)), a.shape),
    () => sumTo(multiply(dy, maximumShare(a, b)), b.shape),
  ],
});

/**
 * The smaller of a and b, element by element; NaN where either is NaN. Where they are equal, each gets half of the gradient.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.minimum(tensor([1, 5]), tensor([3, 4])); // 1, 4
 */
export function minimum(a: Tensor | number, b: Tensor | number): Tensor {
  return minimumOp(operands('minimum', a, b));
}
