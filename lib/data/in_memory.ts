import { allocateTypedArray } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, sameShape } from '../tensor/shape.js';
import { Dataset } from './dataset.js';
import { gatherRows } from './host_arrays.js';
import { sourceOrder } from './order.js';
import type { HostArray, Sample } from './types.js';

const STEP = 64; // samples made at a time

/**
 * Makes every sample once, in the order of epoch 0, and keeps all of them in memory: for images that take longer to decode or draw than
 * to train on. A sample's index is its position from then on.
 *
 * @throws ShapeError (rejects with) when samples have different shapes; otherwise as the dataset's batches do.
 * @example
 * const photos = await data.inMemory(await data.imageFolder({ folder: 'photos', size: 64 }));
 */
export async function inMemory<S extends Sample>(dataset: Dataset<S>): Promise<Dataset<S>> {
  let kept: { x: HostArray; y: HostArray } | undefined;
  for await (const { x, y, index } of dataset.batch(STEP).batches()) {
    kept ??= { x: whole(x, dataset.size), y: whole(y, dataset.size) };
    copy('x', x, kept.x, index * STEP);
    copy('y', y, kept.y, index * STEP);
  }
  const { x, y } = kept as { x: HostArray; y: HostArray };
  return new Dataset<S>(sourceOrder(dataset.size), (indices) => ({
    x: gatherRows(x.data, x.shape.slice(1), indices) as S['x'],
    y: gatherRows(y.data, y.shape.slice(1), indices) as S['y'],
  }));
}

function whole({ shape, dtype }: HostArray, count: number): HostArray {
  const row = shape.slice(1);
  return { data: allocateTypedArray(dtype, count * elementCount(row)), shape: [count, ...row], dtype };
}

function copy(name: string, from: HostArray, to: HostArray, first: number): void {
  const row = to.shape.slice(1);
  if (from.dtype !== to.dtype || !sameShape(from.shape.slice(1), row))
    throw new ShapeError(
      `inMemory: ${name} of samples from ${first} on is ${from.dtype} ${formatShape(from.shape.slice(1))}, but ${to.dtype} ${formatShape(row)} before`,
    );
  to.data.set(from.data, first * elementCount(row));
}
