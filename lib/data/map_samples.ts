import { show } from '../tensor/arguments.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { isRecord, mapNamed, nameOf } from '../tensor/named.js';
import { elementCount, formatShape, sameShape } from '../tensor/shape.js';
import { isHostArray, rowsOf } from './host_arrays.js';
import type { AnySample, Gather, HostArray, HostArrays } from './types.js';

/** Where a sample that is mapped comes from: what a random augmentation should depend on. */
export interface SampleInfo {
  /** Index of the sample in its source. */
  readonly index: number;
  readonly epoch: number;
}

/** Passes every sample through `fn` as its batch is gathered; the samples of a batch are in the making at the same time. */
export function mapSamples<S extends AnySample, T extends AnySample>(
  gather: Gather<S>,
  fn: (sample: S, info: SampleInfo) => T | Promise<T>,
): Gather<T> {
  if (typeof fn !== 'function')
    throw new ArgumentError(`map: expected a function of a sample, but received ${show(fn)}`);
  return async (indices, epoch) => {
    const { x, y } = await gather(indices, epoch);
    const mapped = await Promise.all(
      Array.from(indices, (index, i) => fn({ x: rowOf(x, i), y: rowOf(y, i) } as unknown as S, { index, epoch })),
    );
    checkSamples('map', mapped);
    return {
      x: stack(
        'map',
        'x',
        mapped.map((sample) => sample.x),
        indices,
      ),
      y: stack(
        'map',
        'y',
        mapped.map((sample) => sample.y),
        indices,
      ),
    };
  };
}

/** @throws ArgumentError unless each of what a function has returned holds arrays x and y, or records of arrays */
export function checkSamples(subject: string, returned: readonly unknown[]): void {
  const holdsArrays = (value: unknown) =>
    isHostArray(value) || (isRecord(value) && Object.keys(value).length > 0 && Object.values(value).every(isHostArray));
  for (const value of returned as readonly (Partial<AnySample> | undefined | null)[])
    if (!holdsArrays(value?.x) || !holdsArrays(value?.y))
      throw new ArgumentError(
        `${subject}: the function must return { x, y }, each with data, shape and dtype, but returned ${show(value)}`,
      );
}

/** Row i of stacked arrays, as views. */
function rowOf(arrays: HostArrays, i: number): HostArrays {
  return mapNamed<HostArray, HostArray>(arrays, isHostArray, (array) => {
    const { data, shape, dtype } = rowsOf(array, i, i + 1);
    return { data, shape: shape.slice(1), dtype };
  });
}

/** The arrays of samples along a new leading axis; of records, those of the same name. @throws ShapeError unless all are alike */
export function stack<A extends HostArrays>(
  subject: string,
  name: string,
  rows: readonly A[],
  indices: Uint32Array,
): A {
  const [first] = rows as [A];
  return mapNamed<HostArray, HostArray>(first, isHostArray, (_, key) =>
    stackArrays(subject, nameOf(name, key), column(subject, name, rows, key), indices),
  ) as A;
}

/** What samples have under a name. */
function column(subject: string, name: string, rows: readonly HostArrays[], key: string | undefined): HostArray[] {
  const names = (row: HostArrays) => (isHostArray(row) ? 'an array' : `{ ${Object.keys(row).join(', ')} }`);
  const expected = names(rows[0] as HostArrays);
  return rows.map((row) => {
    if (names(row) !== expected)
      throw new ShapeError(`${subject}: ${name} is ${names(row)} in one sample of a batch and ${expected} in another`);
    return isHostArray(row) ? row : (row[key as string] as HostArray);
  });
}

/** Arrays of one shape and dtype along a new leading axis. */
function stackArrays(subject: string, name: string, rows: readonly HostArray[], indices: Uint32Array): HostArray {
  const [first] = rows as [HostArray];
  const size = elementCount(first.shape);
  const data = allocateTypedArray(first.dtype, rows.length * size);
  rows.forEach((row, i) => {
    if (row.dtype !== first.dtype || !sameShape(row.shape, first.shape) || row.data.length !== size) {
      throw new ShapeError(
        `${subject}: ${name} of sample ${indices[i]} became ${row.dtype} ${formatShape(row.shape)} with ${row.data.length} elements, ` +
          `but sample ${indices[0]} of its batch ${first.dtype} ${formatShape(first.shape)}; all must be alike`,
      );
    }
    data.set(row.data, i * size);
  });
  return { data, shape: [rows.length, ...first.shape], dtype: first.dtype };
}
