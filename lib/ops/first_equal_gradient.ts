// The gradient of max and min: it goes to the first element that equals the result.
import { native } from '../native.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import type { AxisGroup } from './axis_groups.js';

declare module '../native.js' {
  interface Native {
    /** dx[o, e, i] ← dy[o, i] at the first e with x[o, e, i] = y[o, i], else 0. */
    firstEqualGradient(
      x: Handle,
      y: Handle,
      dy: Handle,
      dx: Handle,
      outer: number,
      extent: number,
      inner: number,
    ): void;
  }
}

/** dy where x first equals y along a run of axes, else 0. @internal */
export function firstEqualGradient(x: Tensor, y: Tensor, dy: Tensor, { outer, extent, inner }: AxisGroup): Tensor {
  const dx = empty(x.shape, x.dtype);
  native.firstEqualGradient(x.handle, y.handle, dy.handle, dx.handle, outer, extent, inner);
  return dx;
}
