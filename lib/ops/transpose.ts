import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { show } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { viewOf } from '../tensor/parameter.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    /** y[outer, columns, rows, inner] ← x[outer, rows, columns, inner]. */
    transpose(x: Handle, y: Handle, outer: number, rows: number, columns: number, inner: number): void;
  }
}

interface Exchange {
  readonly outer: number;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

/** A permutation as exchanges of neighbouring groups of axes, one for nearly every permutation that occurs in practice. */
function exchanges(shape: Shape, permutation: readonly number[]): Exchange[] {
  const result: Exchange[] = [];
  const order = [...shape.keys()];
  const count = (from: number, to?: number): number =>
    elementCount(order.slice(from, to).map((axis) => shape[axis] as number));
  for (let position = 0; position < order.length; position++) {
    const from = order.indexOf(permutation[position] as number);
    if (from === position) continue;
    let to = from + 1;
    while (to < order.length && order[to] === permutation[position + to - from]) to++;
    const exchange = {
      outer: count(0, position),
      rows: count(position, from),
      columns: count(from, to),
      inner: count(to),
    };
    if (exchange.rows !== 1 && exchange.columns !== 1) result.push(exchange);
    order.splice(position, 0, ...order.splice(from, to - from));
  }
  return result;
}

function permute(x: Tensor, permutation: readonly number[]): Tensor {
  let from = x;
  for (const { outer, rows, columns, inner } of exchanges(x.shape, permutation)) {
    const to = empty([outer, columns, rows, inner], x.dtype);
    native.transpose(from.handle, to.handle, outer, rows, columns, inner);
    if (from !== x) from.dispose();
    from = to;
  }
  const y = viewOf(
    from,
    permutation.map((axis) => x.shape[axis] as number),
  );
  if (from !== x) from.dispose();
  return y;
}

const transposeOp = defineOp({
  name: 'transpose',
  forward: ([x]: [Tensor], permutation: readonly number[]) => ({ output: permute(x, permutation) }),
  bfloat16: { inputs: [0] },
  backward: (dy, _, permutation) => [
    () =>
      permute(
        dy,
        permutation.map((_axis, axis) => permutation.indexOf(axis)),
      ),
  ],
});

/**
 * Reorders axes: axis i of the result is axis permutation[i] of x.
 *
 * @param x tensor of any dtype
 * @param permutation every axis once, counted from the end where negative; by default the order is reversed
 * @throws ArgumentError unless it is a permutation of x's axes
 * @example
 * ops.transpose(images, [0, 3, 1, 2]); // [batch, height, width, channels] to [batch, channels, height, width]
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  checkTensor('transpose', 'x', x);
  const axes = [...x.shape.keys()];
  if (permutation !== undefined && !Array.isArray(permutation))
    throw new ArgumentError(`transpose: permutation must be an array of axes, but received ${show(permutation)}`);
  const order = permutation?.map((axis) => (axis < 0 ? axis + axes.length : axis)) ?? [...axes].reverse();
  if (order.length !== axes.length || axes.some((axis) => !order.includes(axis)))
    throw new ArgumentError(
      `transpose: permutation must hold each of the ${axes.length} axes of x once, but received ${show(permutation)}`,
    );
  return transposeOp([x], order);
}
