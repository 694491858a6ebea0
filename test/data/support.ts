import type { AnySample, Batch, BatchSource } from '../../lib/data/index.js';
import { fromArrays } from '../../lib/data/index.js';

/** `size` samples whose 2 × 2 image and label all hold the sample's index. */
export function counted(size: number) {
  const images = Uint8Array.from({ length: 4 * size }, (_, i) => i >> 2);
  return fromArrays({ images, imageShape: [2, 2, 1], labels: Int32Array.from({ length: size }, (_, i) => i) });
}

/** Every batch of an epoch. */
export async function collect<S extends AnySample>(
  source: BatchSource<S>,
  epoch = 0,
  startBatch = 0,
): Promise<Batch<S>[]> {
  const batches: Batch<S>[] = [];
  for await (const batch of source.batches({ epoch, startBatch })) batches.push(batch);
  return batches;
}

/** The labels of an epoch's batches. */
export async function labelsOf(source: BatchSource, epoch = 0, startBatch = 0): Promise<number[][]> {
  return (await collect(source, epoch, startBatch)).map(({ y }) => [...y.data]);
}
