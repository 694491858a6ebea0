// Arrays of samples, one under the other: what sources, `map` and `predict` do with rows.
import { allocateTypedArray, dtypeOf, type TypedArray } from '../tensor/dtype.js';
import { mapNamed } from '../tensor/named.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import type { HostArray, HostArrays, TensorsFrom } from './types.js';

/** Whether a value looks like one array with its shape. */
export function isHostArray(value: unknown): value is HostArray {
  const given = value as Partial<HostArray> | null | undefined;
  return ArrayBuffer.isView(given?.data) && Array.isArray(given.shape);
}

/** Tensors with the elements of arrays, under the same names. */
export function upload<A extends HostArrays>(arrays: A): TensorsFrom<A> {
  return mapNamed<HostArray, Tensor>(arrays, isHostArray, ({ data, shape }) => tensor(data, shape)) as TensorsFrom<A>;
}

/** Rows `start` to before `end`, as a view. */
export function rowsOf({ data, shape, dtype }: HostArray, start: number, end: number): HostArray {
  const rowShape = shape.slice(1);
  const size = elementCount(rowShape);
  return { data: data.subarray(start * size, end * size), shape: [end - start, ...rowShape], dtype };
}

/** The rows with these indices, copied one after the other; consecutive rows in one go. */
export function gatherRows(source: TypedArray, rowShape: Shape, indices: Uint32Array): HostArray {
  const row = elementCount(rowShape);
  const count = indices.length;
  const first = indices[0] as number;
  const dtype = dtypeOf(source);
  const data = allocateTypedArray(dtype, count * row);
  if (indices.every((index, i) => index === first + i)) {
    data.set(source.subarray(first * row, (first + count) * row));
  } else if (row === 1) {
    for (let i = 0; i < count; i++) data[i] = source[indices[i] as number] as number;
  } else {
    for (let i = 0; i < count; i++) {
      const start = (indices[i] as number) * row;
      data.set(source.subarray(start, start + row), i * row);
    }
  }
  return { data, shape: [count, ...rowShape], dtype };
}
