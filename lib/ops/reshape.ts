import { defineOp } from '../autograd/define_op.js';
import { checkTensor } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { viewOf } from '../tensor/parameter.js';
import { checkShape, elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';

const reshapeOp = defineOp({
  name: 'reshape',
  forward: ([x]: [Tensor], shape: Shape) => ({ output: viewOf(x, shape), saved: { from: x.shape } }),
  bfloat16: { inputs: [0] },
  backward: (dy, { from }) => [() => aliasOf(dy, from)],
});

/**
 * The same elements in another shape. Shares memory with `x`: nothing is copied, unless it is a parameter.
 *
 * @param shape extents with as many elements as x; one of them may be −1, and is then computed
 * @throws ShapeError if the number of elements differs
 * @example
 * ops.reshape(images, [-1, 28 * 28]);
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', 'x', x);
  const count = elementCount(x.shape);
  const unknown = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  const known = unknown < 0 ? shape : shape.map((extent, axis) => (axis === unknown ? 1 : extent));
  checkShape('reshape', known);
  const rest = elementCount(known);
  const resolved =
    unknown < 0 ? known : known.map((extent, axis) => (axis === unknown ? Math.floor(count / rest) : extent));
  if (elementCount(resolved) !== count)
    throw new ShapeError(
      `reshape: ${formatShape(x.shape)} has ${count} elements, which do not fill shape ${formatShape(shape)}`,
    );
  return reshapeOp([x], resolved);
}
