// y = x[begin … begin + size) along each axis; its gradient is dy among zeros.
import { defineOp } from '../autograd/define_op.js';
import { show } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Side } from '../tensor/padding.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { cropped, padded } from './pad.js';

const sliceOp = defineOp({
  name: 'slice',
  forward: ([x]: [Tensor], cut: readonly Side[]) => ({ output: cropped(x, cut) }),
  bfloat16: { inputs: [0] },
  backward: (dy, _, cut) => [() => padded(dy, { padding: cut, mode: 0, value: 0 })],
});

function checkIntegers(name: string, value: unknown, rank: number): void {
  if (!Array.isArray(value) || value.length > rank || value.some((v) => !Number.isSafeInteger(v)))
    throw new ArgumentError(
      `slice: ${name} must be at most ${rank} integers, one per axis of x, but received ${show(value)}`,
    );
}

/**
 * A box of a tensor: `size` elements from `begin` on along each axis.
 *
 * @param x tensor of any dtype
 * @param begin where the box begins along the first axes, counted from the end where negative; 0 along axes left out
 * @param size its extents, −1 for all that is left, which is also what axes left out get
 * @throws ArgumentError unless both are arrays of at most as many integers as x has axes; ShapeError if the box does not lie in x
 * @example
 * ops.slice(images, [0, 2, 2], [-1, 24, 24]); // [batch, 24, 24, channels]
 */
export function slice(x: Tensor, begin: readonly number[], size: readonly number[] = []): Tensor {
  checkTensor('slice', 'x', x);
  checkIntegers('begin', begin, x.shape.length);
  checkIntegers('size', size, x.shape.length);
  const cut = x.shape.map((extent, axis): Side => {
    const [given, length] = [begin[axis] ?? 0, size[axis] ?? -1];
    const from = given < 0 ? given + extent : given;
    const after = length === -1 ? 0 : extent - from - length;
    if (from < 0 || from > extent || after < 0 || length < -1)
      throw new ShapeError(
        `slice: begin ${given} and size ${length} along axis ${axis} do not lie in x of shape ${formatShape(x.shape)}`,
      );
    return [from, after];
  });
  return sliceOp([x], cut);
}
