// y = the index of the largest element along an axis. Has no gradient: not differentiable.
import { native } from '../native.js';
import { checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { withWide } from '../tensor/convert.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { resolveAxis } from './reduction.js';

declare module '../native.js' {
  interface Native {
    /** y[outer, inner] ← where, along the middle axis of x[outer, extent, inner], the largest element is first met. */
    argMax(x: Handle, y: Handle, outer: number, extent: number, inner: number): void;
  }
}

/** Options of {@link argMax}. */
export interface ArgMaxOptions {
  /** The axis to search, counted from the end where negative; the last by default. */
  readonly axis?: number;
}

/**
 * Index of the largest element along an axis: the first of equal ones; NaN counts as largest.
 *
 * @param x float tensor with at least one axis
 * @returns int32 tensor, without the axis
 * @throws DTypeError unless x is a float tensor; ArgumentError for an axis x does not have; ShapeError if it is empty
 * @example
 * ops.argMax(logits); // [batch] class numbers
 */
export function argMax(x: Tensor, options: ArgMaxOptions = {}): Tensor {
  checkFloat('argMax', 'x', x);
  checkOptions('argMax', options, ['axis']);
  const axis = resolveAxis('argMax', options.axis ?? -1, x.shape);
  const extent = x.shape[axis] as number;
  if (extent === 0)
    throw new ShapeError(`argMax: x has shape ${formatShape(x.shape)}: axis ${axis} has nothing to choose from`);
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const y = empty([...before, ...after], 'int32');
  withWide(x, ({ handle }) => native.argMax(handle, y.handle, elementCount(before), extent, elementCount(after)));
  return y;
}
