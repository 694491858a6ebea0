import { show } from '../tensor/arguments.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, sameShape } from '../tensor/shape.js';
import type { Gather, HostArray, Sample } from './types.js';

/** Where a sample that is mapped comes from: what a random augmentation should depend on. */
export interface SampleInfo {
  /** Index of the sample in its source. */
  readonly index: number;
  readonly epoch: number;
}

/** Passes every sample through `fn` as its batch is gathered; the samples of a batch are in the making at the same time. */
export function mapSamples<S extends Sample, T extends Sample>(
  gather: Gather<S>,
  fn: (sample: S, info: SampleInfo) => T | Promise<T>,
): Gather<T> {
  if (typeof fn !== 'function')
    throw new ArgumentError(`map: expected a function of a sample, but received ${show(fn)}`);
  return async (indices, epoch) => {
    const { x, y } = await gather(indices, epoch);
    const mapped = await Promise.all(
      Array.from(indices, (index, i) => fn({ x: row(x, i), y: row(y, i) } as unknown as S, { index, epoch })),
    );
    checkSamples('map', mapped);
    return {
      x: stack(
        'x',
        mapped.map((sample) => sample.x),
        indices,
      ),
      y: stack(
        'y',
        mapped.map((sample) => sample.y),
        indices,
      ),
    };
  };
}

/** @throws ArgumentError unless each of what a function has returned holds arrays x and y */
export function checkSamples(subject: string, returned: readonly unknown[]): void {
  const isArray = (value: Partial<HostArray> | undefined) =>
    ArrayBuffer.isView(value?.data) && Array.isArray(value.shape);
  for (const value of returned as readonly (Partial<Sample> | undefined | null)[])
    if (!isArray(value?.x) || !isArray(value?.y))
      throw new ArgumentError(
        `${subject}: the function must return { x, y }, each with data, shape and dtype, but returned ${show(value)}`,
      );
}

/** Row i of a stacked array, as a view. */
function row({ data, shape, dtype }: HostArray, i: number): HostArray {
  const rowShape = shape.slice(1);
  const size = elementCount(rowShape);
  return { data: data.subarray(i * size, (i + 1) * size), shape: rowShape, dtype };
}

/** Arrays of one shape and dtype along a new leading axis. */
function stack<A extends HostArray>(name: string, rows: readonly A[], indices: Uint32Array): A {
  const [first] = rows as [A];
  const size = elementCount(first.shape);
  const data = allocateTypedArray(first.dtype, rows.length * size);
  rows.forEach((row, i) => {
    if (row.dtype !== first.dtype || !sameShape(row.shape, first.shape) || row.data.length !== size) {
      throw new ShapeError(
        `map: ${name} of sample ${indices[i]} became ${row.dtype} ${formatShape(row.shape)} with ${row.data.length} elements, ` +
          `but sample ${indices[0]} of its batch ${first.dtype} ${formatShape(first.shape)}; all must be alike`,
      );
    }
    data.set(row.data, i * size);
  });
  return { data, shape: [rows.length, ...first.shape], dtype: first.dtype } as HostArray as A;
}
