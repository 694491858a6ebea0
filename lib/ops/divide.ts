import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';
import { multiply } from './multiply.js';
import { negate } from './negate.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    divide: BroadcastCall;
  }
}

const divideOp = defineOp({
  name: 'divide',
  forward([a, b]: [Tensor, Tensor]) {
    const output = broadcast('divide', native.divide, a, b);
    return { output, saved: { b, y: output, aShape: a.shape } };
  },
  bfloat16: { inputs: 'asGiven' },
  backward: (dy, { b, y, aShape }) => [
    () => sumTo(divide(dy, b), aShape),
    () => negate(sumTo(divide(multiply(dy, y), b), b.shape)),
  ],
});

/**
 * a / b, element by element.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.divide(tensor([1, 2]), 2); // 0.5, 1
 */
export function divide(a: Tensor | number, b: Tensor | number): Tensor {
  return divideOp(operands('divide', a, b));
}
