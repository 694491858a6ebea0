// Sums a tensor to a shape that broadcasts to its own: the gradient of broadcasting, and what sum and mean stand on.
import { native } from '../native.js';
import { wideDType } from '../tensor/dtype.js';
import { viewOf } from '../tensor/parameter.js';
import type { Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { stretchedGroups } from './axis_groups.js';

declare module '../native.js' {
  interface Native {
    /** y[outer, inner] ← sums over the middle axis of x[outer, extent, inner]. */
    sumTo(x: Handle, y: Handle, outer: number, extent: number, inner: number): void;
  }
}

/**
 * A new tensor: x summed over the axes along which `target` would stretch to x's shape, as `shape`. Where bfloat16 is summed the
 * result is float32. @internal
 */
export function sumTo(x: Tensor, target: Shape, shape: Shape = target): Tensor {
  let from = x;
  for (const { outer, extent, inner } of stretchedGroups(target, x.shape)) {
    const to = empty([outer, inner], wideDType(x.dtype));
    native.sumTo(from.handle, to.handle, outer, extent, inner);
    if (from !== x) from.dispose();
    from = to;
  }
  const result = viewOf(from, shape);
  if (from !== x) from.dispose();
  return result;
}
