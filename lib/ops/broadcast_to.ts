import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkTensor } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { viewOf } from '../tensor/parameter.js';
import { broadcastShapes, checkShape, formatShape, type Shape, sameShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { stretchedGroups } from './axis_groups.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    /** y[outer, extent, inner] ← x[outer, inner], the same for all along the middle axis. */
    broadcastTo(x: Handle, y: Handle, outer: number, extent: number, inner: number): void;
  }
}

/** A new tensor: x repeated to a shape that it broadcasts to. Not recorded. @internal */
export function stretch(x: Tensor, shape: Shape): Tensor {
  let from = x;
  for (const { outer, extent, inner } of stretchedGroups(x.shape, shape).reverse()) {
    const to = empty([outer, extent, inner], x.dtype);
    native.broadcastTo(from.handle, to.handle, outer, extent, inner);
    if (from !== x) from.dispose();
    from = to;
  }
  const result = viewOf(from, shape);
  if (from !== x) from.dispose();
  return result;
}

const broadcastToOp = defineOp({
  name: 'broadcastTo',
  forward: ([x]: [Tensor], shape: Shape) => ({ output: stretch(x, shape), saved: { from: x.shape } }),
  bfloat16: { inputs: [0] },
  backward: (dy, { from }) => [() => sumTo(dy, from)],
});

/**
 * Repeats a tensor along axes of extent 1 (and new leading axes) until it has the given shape.
 *
 * @param x tensor of any dtype
 * @param shape the shape of the result, aligned with x's at the last axis
 * @throws ShapeError if x's shape does not broadcast to it
 * @example
 * ops.broadcastTo(tensor([1, 2]), [2, 2]); // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensor('broadcastTo', 'x', x);
  checkShape('broadcastTo', shape);
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape))
    throw new ShapeError(
      `broadcastTo: x has shape ${formatShape(x.shape)}, which does not stretch to ${formatShape(shape)}`,
    );
  return broadcastToOp([x], shape);
}
