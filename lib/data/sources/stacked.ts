// Samples stacked along a leading axis, as batches and predictions are: one array, or several by name.
import { checkOptions, show } from '../../tensor/arguments.js';
import { dtypeOf, type HostDType, type TypedArray } from '../../tensor/dtype.js';
import { ArgumentError } from '../../tensor/errors.js';
import { entriesOf, isRecord, mapNamed, nameOf, type OneOrNamed } from '../../tensor/named.js';
import { checkShape, elementCount, formatShape, type Shape } from '../../tensor/shape.js';
import { Dataset } from '../dataset.js';
import { gatherRows, isHostArray } from '../host_arrays.js';
import { sourceOrder } from '../order.js';
import type { HostArray, HostArrays, Sample } from '../types.js';

/** Elements with their shape, [count, ...]. */
export interface StackedArray {
  readonly data: TypedArray;
  readonly shape: Shape;
}

/** One array, or several by name. */
export type StackedArrays = OneOrNamed<StackedArray>;

type DTypeFor<Data> = Data extends Float32Array
  ? 'float32'
  : Data extends Float64Array
    ? 'float64'
    : Data extends Int32Array
      ? 'int32'
      : Data extends Uint8Array
        ? 'uint8'
        : HostDType;

type Unstacked<A> = A extends StackedArray
  ? HostArray<DTypeFor<A['data']>>
  : { readonly [Name in keyof A]: A[Name] extends StackedArray ? HostArray<DTypeFor<A[Name]['data']>> : HostArray };

/** The samples `fromStacked` gives for arrays of these types. */
export type StackedSample<X, Y> = Sample<Extract<Unstacked<X>, HostArrays>, Extract<Unstacked<Y>, HostArrays>>;

/**
 * A dataset of arrays in memory that hold the samples one under the other; for models with several inputs or outputs, of records
 * of arrays. The arrays are kept, not copied, and given as they are: labels must be int32.
 *
 * @throws ArgumentError for something that is no array with a shape, shapes that do not fit, and arrays of different counts.
 * @example
 * const dataset = data.fromStacked({
 *   x: { image: { data: pixels, shape: [100, 28, 28, 1] }, mask: { data: masks, shape: [100, 28, 28, 1] } },
 *   y: { data: labels, shape: [100] },
 * });
 */
export function fromStacked<const X extends StackedArrays, const Y extends StackedArrays>(options: {
  readonly x: X;
  readonly y: Y;
}): Dataset<StackedSample<X, Y>> {
  checkOptions('fromStacked', options, ['x', 'y']);
  const { x, y }: { x: StackedArrays; y: StackedArrays } = options;
  const counts = [...countsIn('x', x), ...countsIn('y', y)];
  const [[first, count]] = counts as [readonly [string, number]];
  for (const [name, other] of counts)
    if (other !== count)
      throw new ArgumentError(`fromStacked: ${first} holds ${count} samples, but ${name} holds ${other}`);
  const gather = (arrays: StackedArrays, indices: Uint32Array) =>
    mapNamed<StackedArray, HostArray>(arrays, isHostArray, ({ data, shape }) =>
      gatherRows(data, shape.slice(1), indices),
    );
  return new Dataset<StackedSample<X, Y>>(
    sourceOrder(count),
    (indices) => ({ x: gather(x, indices), y: gather(y, indices) }) as never,
  );
}

/** The samples that each array holds, by its name. */
function countsIn(what: string, arrays: unknown): (readonly [name: string, count: number])[] {
  if (!isHostArray(arrays) && !(isRecord(arrays) && Object.keys(arrays).length > 0))
    throw new ArgumentError(
      `fromStacked: ${what} must be an array { data, shape } or a record of them, but received ${show(arrays)}`,
    );
  return entriesOf(arrays as StackedArrays, isHostArray as (value: unknown) => value is StackedArray).map(
    ([key, array]) => {
      const name = nameOf(what, key);
      if (!isHostArray(array))
        throw new ArgumentError(`fromStacked: ${name} must be an array { data, shape }, but received ${show(array)}`);
      const { data, shape } = array;
      dtypeOf(data);
      checkShape(`fromStacked: ${name}`, shape);
      if (shape.length === 0 || shape[0] === 0 || elementCount(shape) !== data.length)
        throw new ArgumentError(
          `fromStacked: ${name} has ${data.length} elements for shape ${formatShape(shape)}; expected [samples, ...], at least one sample`,
        );
      return [name, shape[0] as number];
    },
  );
}
