// What reductions over axes share: their options, and the shapes that follow from them.
import { checkBoolean, checkOptions, show } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type AxisGroup, axisGroups } from './axis_groups.js';
import { reshape } from './reshape.js';

/** Options of reductions. */
export interface ReductionOptions {
  /** The axes to reduce, counted from the end where negative; all by default. */
  readonly axes?: number | readonly number[];
  /** Whether reduced axes stay, with extent 1; false by default. */
  readonly keepDims?: boolean;
}

/** The axis as a number from 0. @throws ArgumentError unless it is an axis of the shape */
export function resolveAxis(subject: string, axis: unknown, shape: Shape): number {
  const rank = shape.length;
  if (!Number.isInteger(axis) || (axis as number) < -rank || (axis as number) >= rank)
    throw new ArgumentError(
      `${subject}: axis ${show(axis)} is not one of shape ${formatShape(shape)}, which has ${rank} axes`,
    );
  return (axis as number) < 0 ? (axis as number) + rank : (axis as number);
}

/** A checked reduction of a tensor. */
export interface Reduction {
  readonly reduced: (axis: number) => boolean;
  /** The result's shape with reduced axes kept, and as asked for. */
  readonly kept: Shape;
  readonly shape: Shape;
}

/** @throws DTypeError unless x is float; ArgumentError for wrong or repeated axes and unknown options */
export function resolveReduction(subject: string, x: Tensor, options: ReductionOptions): Reduction {
  checkFloat(subject, 'x', x);
  checkOptions(subject, options, ['axes', 'keepDims']);
  const { axes, keepDims = false } = options;
  checkBoolean(subject, 'keepDims', keepDims);
  const listed = axes === undefined ? [...x.shape.keys()] : Array.isArray(axes) ? axes : [axes];
  const resolved = new Set(listed.map((axis) => resolveAxis(subject, axis, x.shape)));
  if (resolved.size < listed.length) throw new ArgumentError(`${subject}: axes ${show(axes)} name an axis twice`);
  const reduced = (axis: number): boolean => resolved.has(axis);
  const kept = x.shape.map((extent, axis) => (reduced(axis) ? 1 : extent));
  return { reduced, kept, shape: keepDims ? kept : kept.filter((_, axis) => !reduced(axis)) };
}

/** max or min over axes: `op`, which reduces one run of neighbouring axes, for one run after the other. */
export function reduceExtremum(
  subject: string,
  op: (inputs: [Tensor], group: AxisGroup) => Tensor,
  x: Tensor,
  options: ReductionOptions,
): Tensor {
  const { reduced, shape } = resolveReduction(subject, x, options);
  const empty = x.shape.findIndex((extent, axis) => extent === 0 && reduced(axis));
  if (empty >= 0)
    throw new ShapeError(`${subject}: x has shape ${formatShape(x.shape)}: axis ${empty} has nothing to choose from`);
  return reshape(
    axisGroups(x.shape, reduced).reduce((from, group) => op([from], group), x),
    shape,
  );
}
