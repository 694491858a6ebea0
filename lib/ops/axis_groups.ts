// Reductions and broadcasts work on one run of neighbouring axes at a time, seen as [outer, extent, inner] ↔ [outer, inner].
import { elementCount, type Shape } from '../tensor/shape.js';

/** A run of neighbouring axes, and what lies around it. */
export interface AxisGroup {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/**
 * The runs that the axes chosen by `reduced` form, last first: each is described as it is met when the runs after it
 * have been reduced already. Going through the list backwards undoes the reduction.
 */
export function axisGroups(shape: Shape, reduced: (axis: number) => boolean): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let inner = 1;
  let extent = 1;
  const close = (axis: number): void => {
    if (extent !== 1) groups.push({ outer: elementCount(shape.slice(0, axis + 1)), extent, inner });
    extent = 1;
  };
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size === 1) continue;
    if (reduced(axis)) {
      extent *= size;
    } else {
      close(axis);
      inner *= size;
    }
  }
  close(-1);
  return groups;
}

/** The runs of axes along which `from` stretches to `to`, to which it broadcasts; last first. */
export function stretchedGroups(from: Shape, to: Shape): AxisGroup[] {
  return axisGroups(to, (axis) => (from[axis - to.length + from.length] ?? 1) === 1);
}
