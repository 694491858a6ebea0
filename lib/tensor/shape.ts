import { show } from './arguments.js';
import { ArgumentError, ShapeError } from './errors.js';

/** Extents of a tensor, outermost first. Images are [batch, height, width, channels]; layers and models leave the batch out. */
export type Shape = readonly number[];

/** Whether a value is one shape, and not several by name. */
export const isShape = (value: unknown): value is Shape => Array.isArray(value);

/** Number of elements a tensor of this shape holds; 1 for a scalar's `[]`. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The shape as error messages and summaries print it: `[28, 28, 1]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Whether two shapes have the same rank and extents. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** @throws ArgumentError unless `shape` is an array of non-negative integers whose product a tensor can hold. */
export function checkShape(subject: string, shape: unknown): asserts shape is Shape {
  if (!Array.isArray(shape))
    throw new ArgumentError(`${subject}: shape must be an array of extents, but received ${show(shape)}`);
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new ArgumentError(
        `${subject}: shape must hold non-negative integers, but received [${shape.map(show).join(', ')}]`,
      );
    }
  }
  if (!Number.isSafeInteger(elementCount(shape))) {
    throw new ArgumentError(`${subject}: shape ${formatShape(shape)} holds more elements than can be addressed`);
  }
}

/**
 * The one shape two operands broadcast to: aligned at the last axis, an extent of 1 stretches to the other's.
 *
 * @throws ShapeError when two extents differ and neither is 1.
 */
export function broadcastShapes(subject: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${subject}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ${x} meets ${y}`,
      );
    }
    return x === 1 ? y : x;
  });
}
