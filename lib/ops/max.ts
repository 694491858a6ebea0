import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import type { AxisGroup } from './axis_groups.js';
import { firstEqualGradient } from './first_equal_gradient.js';
import { type ReductionOptions, reduceExtremum } from './reduction.js';

declare module '../native.js' {
  interface Native {
    /** y[outer, inner] ← the largest along the middle axis of x[outer, extent, inner]. */
    max(x: Handle, y: Handle, outer: number, extent: number, inner: number): void;
  }
}

const maxOp = defineOp({
  name: 'max',
  forward([x]: [Tensor], { outer, extent, inner }: AxisGroup) {
    const output = empty([outer, inner], x.dtype);
    native.max(x.handle, output.handle, outer, extent, inner);
    return { output, saved: { x, y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x, y }, group) => [() => firstEqualGradient(x, y, dy, group)],
});

/**
 * Largest element over axes; NaN if there is one. The gradient goes to the first of equal elements, in row-major order.
 *
 * @param x float tensor of any shape
 * @param options.axes all by default @param options.keepDims false by default
 * @throws DTypeError unless x is a float tensor; ArgumentError for axes x does not have; ShapeError if one is empty
 * @example
 * ops.max(tensor([[1, 5], [3, 2]]), { axes: 1 }); // 5, 3
 */
export function max(x: Tensor, options: ReductionOptions = {}): Tensor {
  return reduceExtremum('max', maxOp, x, options);
}
