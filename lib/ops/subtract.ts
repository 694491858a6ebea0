import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';
import { negate } from './negate.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    subtract: BroadcastCall;
  }
}

const subtractOp = defineOp({
  name: 'subtract',
  forward: ([a, b]: [Tensor, Tensor]) => ({
    output: broadcast('subtract', native.subtract, a, b),
    saved: { aShape: a.shape, bShape: b.shape },
  }),
  bfloat16: { inputs: 'asGiven' },
  backward: (dy, { aShape, bShape }) => [() => sumTo(dy, aShape), () => negate(sumTo(dy, bShape))],
});

/**
 * a − b, element by element.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.subtract(tensor([1, 2]), 1); // 0, 1
 */
export function subtract(a: Tensor | number, b: Tensor | number): Tensor {
  return subtractOp(operands('subtract', a, b));
}
