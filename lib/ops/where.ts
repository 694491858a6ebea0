import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkTensor } from '../tensor/checks.js';
import { wideDType } from '../tensor/dtype.js';
import { DTypeError } from '../tensor/errors.js';
import { broadcastShapes, type Shape, sameShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { operands } from './broadcast.js';
import { stretch } from './broadcast_to.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    where(condition: Handle, a: Handle, b: Handle, y: Handle): void;
    /** dy where the condition is met and `chosen`, or is not and not; else 0. */
    whereGradient(condition: Handle, dy: Handle, dx: Handle, chosen: boolean): void;
  }
}

const fitted = (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : stretch(x, shape));

function part(condition: Tensor, dy: Tensor, shape: Shape, chosen: boolean): Tensor {
  const dx = empty(dy.shape, dy.dtype);
  native.whereGradient(fitted(condition, dy.shape).handle, dy.handle, dx.handle, chosen);
  return sumTo(dx, shape);
}

const whereOp = defineOp({
  name: 'where',
  forward([a, b, condition]: [Tensor, Tensor, Tensor], shape: Shape) {
    const y = empty(shape, a.dtype);
    const [met, left, right] = [fitted(condition, shape), fitted(a, shape), fitted(b, shape)];
    native.where(met.handle, left.handle, right.handle, y.handle);
    return { output: y, saved: { condition, aShape: a.shape, bShape: b.shape } };
  },
  backward: (dy, { condition, aShape, bShape }) => [
    () => part(condition, dy, aShape, true),
    () => part(condition, dy, bShape, false),
    undefined,
  ],
});

/**
 * a where a condition is met, else b, element by element.
 *
 * @param condition what a comparison returned (1 or 0, of a's dtype), or uint8; met unless 0. It gets no gradient
 * @param a float tensor, or a number
 * @param b float tensor, or a number; the three broadcast as in NumPy
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless a and b have one float dtype, and condition that or uint8
 * @example
 * ops.where(ops.greater(x, 0), x, ops.multiply(x, 0.1));
 */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  checkTensor('where', 'condition', condition);
  const [left, right] = operands('where', a, b);
  if (wideDType(condition.dtype) !== wideDType(left.dtype) && condition.dtype !== 'uint8')
    throw new DTypeError(`where: condition must be ${left.dtype}, as a and b are, or uint8, but is ${condition.dtype}`);
  const shape = broadcastShapes('where', broadcastShapes('where', condition.shape, left.shape), right.shape);
  return whereOp([left, right, condition], shape);
}
