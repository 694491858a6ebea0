import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { converted } from '../tensor/convert.js';
import { wideDType } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Side } from '../tensor/padding.js';
import { viewOf } from '../tensor/parameter.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { aliasOf, empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    /** x[outer, extent, inner] → y[outer, before + extent + after, inner]; modes count from constant. */
    padAxis(
      x: Handle,
      y: Handle,
      outer: number,
      extent: number,
      inner: number,
      before: number,
      after: number,
      mode: number,
      value: number,
    ): void;
    padAxisGradient(
      dy: Handle,
      dx: Handle,
      outer: number,
      extent: number,
      inner: number,
      before: number,
      after: number,
      mode: number,
    ): void;
  }
}

/** What stands outside of a tensor that is padded. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** In the native side's order. */
export const padModes: readonly PadMode[] = ['constant', 'reflect', 'replicate', 'circular'];

/** Options of {@link pad}. */
export interface PadOptions {
  /**
   * What is outside: `'constant'` (the default) one value, `'reflect'` the mirror image without the edge (3 2 | 1 2 3),
   * `'replicate'` the edge (1 1 | 1 2 3), `'circular'` the other end (2 3 | 1 2 3).
   */
  readonly mode?: PadMode;
  /** What `'constant'` writes; 0 by default. */
  readonly value?: number;
}

interface Attributes {
  readonly padding: readonly Side[];
  readonly mode: number;
  readonly value: number;
}

/** Calls `step` for each axis that changes, each time with what the step before made; a view if none does. */
function alongAxes(
  x: Tensor,
  padding: readonly Side[],
  step: (from: Tensor, axis: number, side: Side) => Tensor,
): Tensor {
  let from = x;
  for (const [axis, side] of padding.entries()) {
    if (side[0] === 0 && side[1] === 0) continue;
    const to = step(from, axis, side);
    if (from !== x) from.dispose();
    from = to;
  }
  return from === x ? viewOf(x) : from;
}

const around = (shape: Shape, axis: number): [outer: number, inner: number] => [
  elementCount(shape.slice(0, axis)),
  elementCount(shape.slice(axis + 1)),
];

/** x with more on both ends of each axis. Not recorded. @internal */
export function padded(x: Tensor, { padding, mode, value }: Attributes): Tensor {
  return alongAxes(x, padding, (from, axis, [before, after]) => {
    const extent = from.shape[axis] as number;
    const [outer, inner] = around(from.shape, axis);
    const to = empty(from.shape.with(axis, before + extent + after), x.dtype);
    native.padAxis(from.handle, to.handle, outer, extent, inner, before, after, mode, value);
    return to;
  });
}

/** x with so much cut off from both ends of each axis. Not recorded. @internal */
export function cropped(x: Tensor, padding: readonly Side[]): Tensor {
  return alongAxes(x, padding, (from, axis, [before, after]) => {
    const extent = from.shape[axis] as number;
    const [outer, inner] = around(from.shape, axis);
    const to = empty(from.shape.with(axis, extent - before - after), x.dtype);
    const width = (extent - before - after) * inner;
    native.copyRows(from.handle, to.handle, outer, width, before * inner, extent * inner, 0, width);
    return to;
  });
}

/** The axes are taken back in the opposite order: a corner comes from an edge. */
function folded(dy: Tensor, { padding, mode }: Attributes): Tensor {
  if (mode === 0) return cropped(dy, padding);
  let from = converted(dy, wideDType(dy.dtype));
  for (const [axis, [before, after]] of [...padding.entries()].reverse()) {
    if (before === 0 && after === 0) continue;
    const extent = (from.shape[axis] as number) - before - after;
    const [outer, inner] = around(from.shape, axis);
    const to = empty(from.shape.with(axis, extent), from.dtype);
    native.padAxisGradient(from.handle, to.handle, outer, extent, inner, before, after, mode);
    if (from !== dy) from.dispose();
    from = to;
  }
  return from === dy ? aliasOf(dy) : from;
}

const padOp = defineOp({
  name: 'pad',
  forward: ([x]: [Tensor], attributes: Attributes) => ({ output: padded(x, attributes) }),
  bfloat16: { inputs: [0] },
  backward: (dy, _, attributes) => [() => folded(dy, attributes)],
});

/** How far an axis can be padded: a mirror image or another end is there once. */
function checkReach(mode: PadMode, shape: Shape, padding: readonly Side[]): void {
  for (const [axis, side] of padding.entries()) {
    const extent = shape[axis] as number;
    const most =
      mode === 'reflect' ? Math.max(extent - 1, 0) : mode === 'circular' ? extent : extent > 0 ? Infinity : 0;
    if (mode === 'constant' || Math.max(...side) <= most) continue;
    throw new ShapeError(
      `pad: mode '${mode}' can add at most ${most} to axis ${axis} of ${formatShape(shape)}, but ${show(side)} is asked for`,
    );
  }
}

/**
 * Adds elements before the first and after the last along each axis.
 *
 * @param x tensor of any dtype
 * @param padding [before, after] for each axis of x, in order
 * @throws ArgumentError unless padding has a pair of non-negative integers for each axis, or for an option that does not fit;
 *   ShapeError where reflect reaches beyond extent − 1, circular beyond the extent, or replicate finds no element
 * @example
 * ops.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], { mode: 'reflect' }); // [batch, height + 2, width + 2, channels]
 */
export function pad(x: Tensor, padding: readonly Side[], options: PadOptions = {}): Tensor {
  checkTensor('pad', 'x', x);
  checkOptions('pad', options, ['mode', 'value']);
  const { mode = 'constant', value } = options;
  checkChoice('pad', 'mode', mode, padModes);
  if (value !== undefined) checkPadValue('pad', value, mode);
  if (!Array.isArray(padding) || padding.length !== x.shape.length)
    throw new ArgumentError(
      `pad: padding must be one [before, after] for each of the ${x.shape.length} axes of x, but received ${show(padding)}`,
    );
  for (const [axis, side] of padding.entries()) {
    if (!Array.isArray(side) || side.length !== 2)
      throw new ArgumentError(`pad: padding[${axis}] must be [before, after], but received ${show(side)}`);
    checkInteger('pad', `padding[${axis}][0]`, side[0], 0);
    checkInteger('pad', `padding[${axis}][1]`, side[1], 0);
  }
  checkReach(mode, x.shape, padding);
  return padOp([x], { padding, mode: padModes.indexOf(mode), value: value ?? 0 });
}

/** @throws ArgumentError unless it is a number (infinity included) and the mode is constant */
export function checkPadValue(subject: string, value: unknown, mode: PadMode): void {
  if (mode !== 'constant') throw new ArgumentError(`${subject}: value is given but mode is '${mode}'`);
  // −Infinity is what a maximum wants around it.
  if (value !== Number.NEGATIVE_INFINITY && value !== Number.POSITIVE_INFINITY) checkNumber(subject, 'value', value);
}
