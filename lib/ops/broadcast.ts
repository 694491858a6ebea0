// Binary elementwise ops with NumPy's broadcasting: axes are aligned at the last one, and an extent of 1 stretches.

import { checkFloat, checkSameDType } from '../tensor/checks.js';
import { wideDType } from '../tensor/dtype.js';
import { ArgumentError } from '../tensor/errors.js';
import { broadcastShapes, type Shape } from '../tensor/shape.js';
import { empty, type Tensor, tensor } from '../tensor/tensor.js';
import { stretch } from './broadcast_to.js';

/**
 * A native binary op: handles, the extents of y seen as [outer, middle, inner], and along which of these an operand
 * varies (bits 0, 1, 2: a along inner, middle, outer; bits 3, 4, 5: b).
 */
export type BroadcastCall = (
  a: number,
  b: number,
  y: number,
  outer: number,
  middle: number,
  inner: number,
  varies: number,
) => void;

/** Both operands as float tensors of one dtype; a number takes the other's dtype, beside bfloat16 that of its sums. */
export function operands(subject: string, a: Tensor | number, b: Tensor | number): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number')
    throw new ArgumentError(`${subject}: a or b must be a tensor, but both are numbers`);
  if (typeof a !== 'number') checkFloat(subject, 'a', a);
  if (typeof b !== 'number') checkFloat(subject, 'b', b);
  const left = typeof a === 'number' ? tensor(a, [], wideDType((b as Tensor).dtype)) : a;
  const right = typeof b === 'number' ? tensor(b, [], wideDType(left.dtype)) : b;
  checkSameDType(subject, 'a', left, 'b', right);
  return [left, right];
}

const both = 0b001001;

/** y's axes, outermost first, neighbours merged where the operands vary alike. */
function mergedAxes(y: Shape, a: Shape, b: Shape): { extent: number; varies: number }[] {
  const axes: { extent: number; varies: number }[] = [];
  for (const [axis, extent] of y.entries()) {
    if (extent === 1) continue;
    const varies =
      ((a[axis - y.length + a.length] ?? 1) === 1 ? 0 : 0b000001) +
      ((b[axis - y.length + b.length] ?? 1) === 1 ? 0 : 0b001000);
    const last = axes.at(-1);
    if (last?.varies === varies) last.extent *= extent;
    else axes.push({ extent, varies });
  }
  return axes;
}

/** A new tensor of the shape that a and b broadcast to, written by `call`; bfloat16 where one of them is. @throws ShapeError if they do not. */
export function broadcast(subject: string, call: BroadcastCall, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShapes(subject, a.shape, b.shape);
  const axes = mergedAxes(shape, a.shape, b.shape);
  if (axes.length > 3) {
    const [left, right] = [stretch(a, shape), stretch(b, shape)];
    const y = broadcast(subject, call, left, right);
    left.dispose();
    right.dispose();
    return y;
  }
  const one = { extent: 1, varies: both };
  const [inner = one, middle = one, outer = one] = axes.reverse();
  const y = empty(shape, b.dtype === 'bfloat16' ? b.dtype : a.dtype);
  const varies = inner.varies | (middle.varies << 1) | (outer.varies << 2);
  call(a.handle, b.handle, y.handle, outer.extent, middle.extent, inner.extent, varies);
  return y;
}
