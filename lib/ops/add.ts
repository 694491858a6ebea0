import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast, operands } from './broadcast.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    add: BroadcastCall;
  }
}

const addOp = defineOp({
  name: 'add',
  forward: ([a, b]: [Tensor, Tensor]) => ({
    output: broadcast('add', native.add, a, b),
    saved: { aShape: a.shape, bShape: b.shape },
  }),
  bfloat16: { inputs: 'asGiven' },
  backward: (dy, { aShape, bShape }) => [() => sumTo(dy, aShape), () => sumTo(dy, bShape)],
});

/**
 * a + b, element by element.
 *
 * @param a float tensor, or a number
 * @param b float tensor that broadcasts with a's shape as in NumPy, or a number
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have the same float dtype
 * @example
 * ops.add(tensor([[1, 2], [3, 4]]), tensor([10, 20])); // [[11, 22], [13, 24]]
 */
export function add(a: Tensor | number, b: Tensor | number): Tensor {
  return addOp(operands('add', a, b));
}
