import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkInteger } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { withWide } from '../tensor/convert.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    /** indices[rows, k] ← where the k largest elements of each row of x[rows, extent] are, largest first. */
    topK(x: Handle, indices: Handle, extent: number, k: number): void;
    takeAlong(x: Handle, indices: Handle, y: Handle, extent: number, k: number): void;
    takeAlongGradient(indices: Handle, dy: Handle, dx: Handle, extent: number, k: number): void;
  }
}

const takeAlongOp = defineOp({
  name: 'topK',
  forward([x, indices]: [Tensor, Tensor]) {
    const y = empty(indices.shape, x.dtype);
    native.takeAlong(x.handle, indices.handle, y.handle, x.shape.at(-1) as number, indices.shape.at(-1) as number);
    return { output: y, saved: { indices, shape: x.shape } };
  },
  backward: (dy, { indices, shape }) => [
    () => {
      const dx = empty(shape, dy.dtype);
      native.takeAlongGradient(
        indices.handle,
        dy.handle,
        dx.handle,
        shape.at(-1) as number,
        indices.shape.at(-1) as number,
      );
      return dx;
    },
    undefined,
  ],
});

/**
 * The k largest elements along the last axis, largest first, and where they are.
 *
 * Of equal elements the first counts as larger; NaN counts as larger than any number. The gradient goes to the elements chosen.
 *
 * @param x float tensor with at least one axis
 * @param k from 1 to the extent of the last axis
 * @returns values and int32 indices, both [..., k]
 * @throws DTypeError unless x is a float tensor; ShapeError if it is a scalar; ArgumentError if k does not fit
 * @example
 * const { values, indices } = ops.topK(logits, 5); // [batch, 5] each
 */
export function topK(x: Tensor, k: number): { values: Tensor; indices: Tensor } {
  checkFloat('topK', 'x', x);
  checkInteger('topK', 'k', k);
  const extent = x.shape.at(-1);
  if (extent === undefined) throw new ShapeError('topK: x must have at least one axis, but is a scalar');
  if (k > extent)
    throw new ArgumentError(`topK: k ${k} exceeds the last axis of x, which has shape ${formatShape(x.shape)}`);
  const indices = empty(x.shape.with(-1, k), 'int32');
  withWide(x, ({ handle }) => native.topK(handle, indices.handle, extent, k));
  return { values: takeAlongOp([x, indices]), indices };
}
