import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { show } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { viewOf } from '../tensor/parameter.js';
import { elementCount } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { resolveAxis } from './reduction.js';

declare module '../native.js' {
  interface Native {
    /** Reverses the middle axis of [outer, extent, inner]. */
    flip(x: Handle, y: Handle, outer: number, extent: number, inner: number): void;
  }
}

/** Reverses the axes: neighbouring ones together, as one long axis. */
function reversed(x: Tensor, axes: ReadonlySet<number>): Tensor {
  let from = x;
  for (let axis = 0; axis < x.shape.length; axis++) {
    if (!axes.has(axis)) continue;
    const first = axis;
    while (axes.has(axis + 1)) axis++;
    const to = empty(x.shape, x.dtype);
    const [outer, extent] = [elementCount(x.shape.slice(0, first)), elementCount(x.shape.slice(first, axis + 1))];
    native.flip(from.handle, to.handle, outer, extent, elementCount(x.shape.slice(axis + 1)));
    if (from !== x) from.dispose();
    from = to;
  }
  return from === x ? viewOf(x) : from;
}

const flipOp = defineOp({
  name: 'flip',
  forward: ([x]: [Tensor], axes: ReadonlySet<number>) => ({ output: reversed(x, axes) }),
  bfloat16: { inputs: [0] },
  backward: (dy, _, axes) => [() => reversed(dy, axes)],
});

/**
 * Reverses the order of the elements along some axes.
 *
 * @param x tensor of any dtype
 * @param axes counted from the end where negative
 * @throws ArgumentError for an axis that x does not have, or one named twice
 * @example
 * ops.flip(images, 2); // [batch, height, width, channels]: mirrored left to right
 */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
  checkTensor('flip', 'x', x);
  const listed = Array.isArray(axes) ? (axes as readonly number[]) : [axes as number];
  const resolved = new Set(listed.map((axis) => resolveAxis('flip', axis, x.shape)));
  if (resolved.size < listed.length) throw new ArgumentError(`flip: axes ${show(axes)} name an axis twice`);
  return flipOp([x], resolved);
}
