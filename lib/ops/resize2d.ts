import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkChoice, checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { viewOf } from '../tensor/parameter.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

/** x [outer, extent, inner] ↔ y [outer, to, inner]; coordinates count from halfPixel. */
type ResizeCall = (
  from: number,
  result: number,
  outer: number,
  extent: number,
  inner: number,
  to: number,
  linear: boolean,
  coordinates: number,
) => void;

declare module '../native.js' {
  interface Native {
    resizeAxis: ResizeCall;
    resizeAxisGradient: ResizeCall;
  }
}

/** How an element of the result is made of those near it. */
export type ResizeMode = 'nearest' | 'bilinear';

/** Where position p of an axis resized from `extent` to `to` lies in the input. */
export type ResizeCoordinates = 'halfPixel' | 'alignCorners' | 'asymmetric';

export const resizeModes: readonly ResizeMode[] = ['nearest', 'bilinear'];

/** In the native side's order. */
export const resizeCoordinates: readonly ResizeCoordinates[] = ['halfPixel', 'alignCorners', 'asymmetric'];

/** Options of {@link resize2d}. */
export interface ResizeOptions {
  /** `'bilinear'` by default. */
  readonly mode?: ResizeMode;
  /**
   * `'halfPixel'` (the default): (p + ½) · extent / to − ½, as in PyTorch and TensorFlow 2. `'alignCorners'`:
   * p · (extent − 1) / (to − 1), the corners stay. `'asymmetric'`: p · extent / to, what PyTorch calls nearest.
   */
  readonly coordinates?: ResizeCoordinates;
}

interface Attributes {
  readonly linear: boolean;
  readonly coordinates: number;
  /** The axes that change, with their extents before and after. */
  readonly axes: readonly { readonly axis: number; readonly extent: number; readonly to: number }[];
}

/** Goes along `axes` one by one; `result` says what extent an axis has afterwards. */
function alongAxes(
  x: Tensor,
  { linear, coordinates }: Attributes,
  axes: Attributes['axes'],
  call: ResizeCall,
  result: 'extent' | 'to',
): Tensor {
  let from = x;
  for (const step of axes) {
    const { axis, extent, to } = step;
    const next = empty(from.shape.with(axis, step[result]), x.dtype);
    const [outer, inner] = [elementCount(from.shape.slice(0, axis)), elementCount(from.shape.slice(axis + 1))];
    call(from.handle, next.handle, outer, extent, inner, to, linear, coordinates);
    if (from !== x) from.dispose();
    from = next;
  }
  return from === x ? viewOf(x) : from;
}

const resize2dOp = defineOp({
  name: 'resize2d',
  forward: ([x]: [Tensor], attributes: Attributes) => ({
    output: alongAxes(x, attributes, attributes.axes, native.resizeAxis, 'to'),
  }),
  backward: (dy, _, attributes) => [
    () => alongAxes(dy, attributes, attributes.axes.toReversed(), native.resizeAxisGradient, 'extent'),
  ],
});

/** @throws ArgumentError for an unknown mode or convention */
export function checkResize(subject: string, { mode, coordinates }: Required<ResizeOptions>): void {
  checkChoice(subject, 'mode', mode, resizeModes);
  checkChoice(subject, 'coordinates', coordinates, resizeCoordinates);
}

/**
 * Resamples images to another height and width.
 *
 * Nearest rounds the position to the nearer element, and up from the middle between two; down where coordinates are asymmetric.
 * Bilinear weighs the two nearest along each axis, without widening where it shrinks; beyond the outermost, those count alone.
 *
 * @param x [batch, height, width, channels], float32 or float64, with at least one pixel
 * @param size [height, width] of the result
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.resize2d(images, [64, 64], { mode: 'nearest' });
 */
export function resize2d(x: Tensor, size: readonly [number, number], options: ResizeOptions = {}): Tensor {
  checkFloat('resize2d', 'x', x);
  checkRank('resize2d', 'x', x, 4, '[batch, height, width, channels]');
  checkOptions('resize2d', options, ['mode', 'coordinates']);
  const { mode = 'bilinear', coordinates = 'halfPixel' } = options;
  checkResize('resize2d', { mode, coordinates });
  if (!Array.isArray(size) || size.length !== 2)
    throw new ArgumentError(`resize2d: size must be [height, width], but received ${show(size)}`);
  checkInteger('resize2d', 'size[0]', size[0]);
  checkInteger('resize2d', 'size[1]', size[1]);
  if (x.shape[1] === 0 || x.shape[2] === 0)
    throw new ShapeError(`resize2d: x has shape ${formatShape(x.shape)}, which has no pixel to read`);
  return resize2dOp([x], {
    linear: mode === 'bilinear',
    coordinates: resizeCoordinates.indexOf(coordinates),
    axes: changes(x.shape, size as readonly [number, number]),
  });
}

/** An axis that keeps its extent keeps its elements, in every convention. The one that shrinks more goes first. */
function changes(shape: Shape, size: readonly [number, number]): Attributes['axes'] {
  const axes = size.map((to, index) => ({ axis: index + 1, extent: shape[index + 1] as number, to }));
  return axes.filter(({ extent, to }) => extent !== to).sort((a, b) => a.to / a.extent - b.to / b.extent);
}
