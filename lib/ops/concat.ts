import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkOptions, show } from '../tensor/arguments.js';
import { checkSameDType, checkTensor } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { resolveAxis } from './reduction.js';

declare module '../native.js' {
  interface Native {
    /** Copies rows of `width` elements; row r begins at offset + r · stride on either side. */
    copyRows(
      source: Handle,
      destination: Handle,
      rows: number,
      width: number,
      sourceOffset: number,
      sourceStride: number,
      destinationOffset: number,
      destinationStride: number,
    ): void;
  }
}

/** Elements of a shape from an axis on: what one step along the axis before it skips. */
const elementsFrom = (shape: Shape, axis: number): number => elementCount(shape.slice(axis));

/** Where input `index` begins in a row of the output. */
function offsetOf(shapes: readonly Shape[], index: number, axis: number): number {
  return shapes.slice(0, index).reduce((sum, shape) => sum + elementsFrom(shape, axis), 0);
}

function join(inputs: readonly Tensor[], shape: Shape, axis: number): Tensor {
  const [rows, stride] = [elementCount(shape.slice(0, axis)), elementsFrom(shape, axis)];
  const shapes = inputs.map((input) => input.shape);
  const y = empty(shape, (inputs[0] as Tensor).dtype);
  for (const [index, input] of inputs.entries()) {
    const width = elementsFrom(input.shape, axis);
    native.copyRows(input.handle, y.handle, rows, width, 0, width, offsetOf(shapes, index, axis), stride);
  }
  return y;
}

/** The part of y that input `index` was copied to. */
function part(y: Tensor, shapes: readonly Shape[], index: number, axis: number): Tensor {
  const shape = shapes[index] as Shape;
  const [rows, width] = [elementCount(shape.slice(0, axis)), elementsFrom(shape, axis)];
  const x = empty(shape, y.dtype);
  native.copyRows(
    y.handle,
    x.handle,
    rows,
    width,
    offsetOf(shapes, index, axis),
    elementsFrom(y.shape, axis),
    0,
    width,
  );
  return x;
}

const concatOp = defineOp({
  name: 'concat',
  forward: (inputs: readonly Tensor[], { shape, axis }: { shape: Shape; axis: number }) => ({
    output: join(inputs, shape, axis),
    saved: { shapes: inputs.map((input) => input.shape) },
  }),
  bfloat16: { inputs: 'all' },
  backward: (dy, { shapes }, { axis }) => shapes.map((_, index) => () => part(dy, shapes, index, axis)),
});

/** Options of {@link concat}. */
export interface ConcatOptions {
  /** The axis along which to join, counted from the end where negative; the last (channels) by default. */
  readonly axis?: number;
}

/**
 * Joins tensors along an axis.
 *
 * @param inputs one or more tensors of one dtype, whose shapes differ along the axis at most
 * @throws ArgumentError without inputs or for an axis they do not have; ShapeError, DTypeError if they do not fit together
 * @example
 * ops.concat([left, right], { axis: -1 }); // [batch, height, width, leftChannels + rightChannels]
 */
export function concat(inputs: readonly Tensor[], options: ConcatOptions = {}): Tensor {
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new ArgumentError(`concat: expected an array of at least one tensor, but received ${show(inputs)}`);
  for (const [index, input] of inputs.entries()) checkTensor('concat', `inputs[${index}]`, input);
  checkOptions('concat', options, ['axis']);
  const [first] = inputs as [Tensor];
  const axis = resolveAxis('concat', options.axis ?? -1, first.shape);
  for (const [index, input] of inputs.entries()) {
    checkSameDType('concat', `inputs[${index}]`, input, 'inputs[0]', first);
    if (
      input.shape.length !== first.shape.length ||
      input.shape.some((extent: number, i: number) => i !== axis && extent !== first.shape[i])
    )
      throw new ShapeError(
        `concat: inputs[0] has shape ${formatShape(first.shape)} and inputs[${index}] ${formatShape(input.shape)}, which differ not only along axis ${axis}`,
      );
  }
  const extent = inputs.reduce((sum, input) => sum + input.shape[axis], 0);
  return concatOp(inputs, { shape: first.shape.with(axis, extent), axis });
}
