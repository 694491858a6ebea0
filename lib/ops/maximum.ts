import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';
import { multiply } from './multiply.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    maximum: BroadcastCall;
    maximumShare: BroadcastCall;
  }
}

const maximumOp = defineOp({
  name: 'maximum',
  forward: ([a, b]: [Tensor, Tensor]) => ({ output: broadcast('maximum', native.maximum, a, b), saved: { a, b } }),
  bfloat16: { inputs: 'asGiven' },
  backward: (dy, { a, b }) => [
    () => sumTo(multiply(dy, maximumShare(a, b)), a.shape),
    () => sumTo(multiply(dy, maximumShare(b, a)), b.shape),
  ],
});

/** The share of the gradient that goes to a: 1 where a > b or either is NaN, 1/2 where a = b, else 0. @internal */
export function maximumShare(a: Tensor, b: Tensor): Tensor {
  return broadcast('maximum', native.maximumShare, a, b);
}

/**
 * The larger of a and b, element by element; NaN where either is NaN. Where they are equal, each gets half of the gradient.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.maximum(tensor([1, 5]), tensor([3, 4])); // 3, 5
 */
export function maximum(a: Tensor | number, b: Tensor | number): Tensor {
  return maximumOp(operands('maximum', a, b));
}
