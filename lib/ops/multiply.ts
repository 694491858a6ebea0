import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    multiply: BroadcastCall;
  }
}

const multiplyOp = defineOp({
  name: 'multiply',
  forward: ([a, b]: [Tensor, Tensor]) => ({ output: broadcast('multiply', native.multiply, a, b), saved: { a, b } }),
  bfloat16: { inputs: 'asGiven' },
  backward: (dy, { a, b }) => [() => sumTo(multiply(dy, b), a.shape), () => sumTo(multiply(dy, a), b.shape)],
});

/**
 * a · b, element by element.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.multiply(tensor([1, 2]), 3); // 3, 6
 */
export function multiply(a: Tensor | number, b: Tensor | number): Tensor {
  return multiplyOp(operands('multiply', a, b));
}
