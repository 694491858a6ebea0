import { checkInteger, checkOptions, show } from '../../tensor/arguments.js';
import type { TypedArray } from '../../tensor/dtype.js';
import { ArgumentError } from '../../tensor/errors.js';
import type { Shape } from '../../tensor/shape.js';
import { checkShape, elementCount, formatShape } from '../../tensor/shape.js';
import { Dataset } from '../dataset.js';
import { gatherRows } from '../host_arrays.js';
import { sourceOrder } from '../order.js';
import type { HostArray } from '../types.js';

/** Images (or any inputs) and labels, each one after the other in one typed array. The arrays are kept, not copied (but for uint8 labels). */
export interface ArraysOptions<X extends Uint8Array | Float32Array, Y extends Uint8Array | Int32Array | Float32Array> {
  readonly images: X;
  /** Shape of one image, e.g. [28, 28, 1]. */
  readonly imageShape: Shape;
  /** Class numbers (given to the loss as int32), or float32 targets. */
  readonly labels: Y;
  /** Shape of one label. Default []: one number per image. */
  readonly labelShape?: Shape;
  /** Number of classes: class numbers must be below it. Default: not checked. */
  readonly classes?: number;
}

/** The samples `fromArrays` gives for arrays of these types. */
export interface ArraysSample<X, Y> {
  readonly x: HostArray<X extends Float32Array ? 'float32' : 'uint8'>;
  readonly y: HostArray<Y extends Float32Array ? 'float32' : 'int32'>;
}

/**
 * A dataset of arrays in memory.
 *
 * @throws ArgumentError for arrays of other types, lengths that do not fit the shapes or each other, and labels out of range.
 * @example
 * const dataset = fromArrays({ images: new Uint8Array(100 * 784), imageShape: [28, 28, 1], labels: new Uint8Array(100), classes: 10 });
 * dataset.size; // 100
 */
export function fromArrays<X extends Uint8Array | Float32Array, Y extends Uint8Array | Int32Array | Float32Array>(
  options: ArraysOptions<X, Y>,
): Dataset<ArraysSample<X, Y>> {
  checkOptions('fromArrays', options, ['images', 'imageShape', 'labels', 'labelShape', 'classes']);
  const { images, imageShape, labels, labelShape = [], classes } = options;
  checkArray('images', images, [Uint8Array, Float32Array]);
  checkArray('labels', labels, [Uint8Array, Int32Array, Float32Array]);
  const size = checkSize('images', images, 'imageShape', imageShape);
  const labelCount = checkSize('labels', labels, 'labelShape', labelShape);
  if (size !== labelCount) throw new ArgumentError(`fromArrays: ${size} images, but ${labelCount} labels`);
  const targets = labels instanceof Uint8Array ? new Int32Array(labels) : labels;
  if (classes !== undefined) {
    checkInteger('fromArrays', 'classes', classes);
    if (labels instanceof Float32Array)
      throw new ArgumentError('fromArrays: classes is given, but labels are float32 targets');
    const wrong = targets.findIndex((label) => label < 0 || label >= classes);
    if (wrong >= 0)
      throw new ArgumentError(
        `fromArrays: label ${targets[wrong]} at position ${wrong} must be from 0 to ${classes - 1}`,
      );
  }
  return new Dataset<ArraysSample<X, Y>>(sourceOrder(size), (indices) => ({
    x: gatherRows(images, imageShape, indices) as ArraysSample<X, Y>['x'],
    y: gatherRows(targets, labelShape, indices) as ArraysSample<X, Y>['y'],
  }));
}

function checkArray(name: string, array: unknown, types: readonly (new (length: number) => TypedArray)[]): void {
  if (types.some((type) => array instanceof type)) return;
  const received = ArrayBuffer.isView(array) ? `a ${array.constructor.name}` : show(array);
  throw new ArgumentError(
    `fromArrays: ${name} must be a ${types.map((type) => type.name).join(' or ')}, but received ${received}`,
  );
}

function checkSize(name: string, array: TypedArray, shapeName: string, shape: unknown): number {
  checkShape(`fromArrays: ${shapeName}`, shape);
  const size = array.length / elementCount(shape);
  if (!Number.isSafeInteger(size) || size === 0) {
    throw new ArgumentError(
      `fromArrays: ${array.length} elements of ${name} are not one or more of shape ${formatShape(shape)}`,
    );
  }
  return size;
}
