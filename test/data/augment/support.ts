import type { Batch, HostArray, IdxSample } from '../../../lib/data/index.js';

/** Bytes that look random, the same every time. */
export function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);
}

/** A batch of `count` images with the source indices `first` … and the labels 0, 1, 2, 0, 1 … */
export function imageBatch(
  shape: readonly [number, number, number],
  count: number,
  first = 0,
  epoch = 0,
): Batch<IdxSample> {
  const size = shape[0] * shape[1] * shape[2];
  const all = noise((first + count) * size);
  return {
    x: { data: all.slice(first * size), shape: [count, ...shape], dtype: 'uint8' },
    y: { data: Int32Array.from({ length: count }, (_, n) => (first + n) % 3), shape: [count], dtype: 'int32' },
    indices: Uint32Array.from({ length: count }, (_, n) => first + n),
    epoch,
    index: 0,
  };
}

/** The same images as float32. */
export function asFloats<S extends IdxSample>(batch: Batch<S>) {
  const x: HostArray<'float32'> = { ...batch.x, data: Float32Array.from(batch.x.data), dtype: 'float32' };
  return { ...batch, x };
}

/** Rows of a batch in another order. */
export function reordered(batch: Batch<IdxSample>, order: readonly number[]): Batch<IdxSample> {
  const size = batch.x.data.length / batch.indices.length;
  return {
    ...batch,
    x: {
      ...batch.x,
      data: Uint8Array.from(order.flatMap((n) => [...batch.x.data.subarray(n * size, (n + 1) * size)])),
    },
    y: { ...batch.y, data: Int32Array.from(order, (n) => batch.y.data[n] as number) },
    indices: Uint32Array.from(order, (n) => batch.indices[n] as number),
  };
}
