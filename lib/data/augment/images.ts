// What the augmentations share: batches of images, random numbers per sample, and work in slices.
//
// Every random choice is a function of (seed, name of the augmentation, epoch, source index of the sample): whatever the batch a sample
// falls into, the order of batches, and how far ahead they are made.
import { setImmediate } from 'node:timers/promises';
import { allocateTypedArray } from '../../tensor/dtype.js';
import { DTypeError, ShapeError } from '../../tensor/errors.js';
import { philox4x32, Random } from '../../tensor/random.js';
import { formatShape } from '../../tensor/shape.js';
import type { AnySample, Batch, HostArray } from '../types.js';

/** Images of bytes, or of float32 numbers. */
export type ImageArray = HostArray<'uint8'> | HostArray<'float32'>;

/** An augmentation, for `BatchedDataset.map` and `StreamedBatches.map`. */
export type Augmentation = <S extends AnySample & { readonly x: ImageArray }>(batch: Batch<S>) => Promise<Batch<S>>;

/** Extents of a batch of images. */
export interface ImageExtents {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Gives the next uniform number in [0, 1). */
export type Draw = () => number;

const SLICE = 2 ** 19; // elements between visits to the event loop: a millisecond or two

/** @throws DTypeError unless x is uint8 or float32; ShapeError unless it is [batch, height, width, channels] */
export function imageExtents(subject: string, x: HostArray): ImageExtents {
  if (x.dtype !== 'uint8' && x.dtype !== 'float32')
    throw new DTypeError(`${subject}: x must be uint8 or float32, but received ${x.dtype}`);
  const [count, height, width, channels] = x.shape;
  if (channels === undefined || x.shape.length !== 4)
    throw new ShapeError(
      `${subject}: x must be [batch, height, width, channels], but received ${formatShape(x.shape)}`,
    );
  return { count: count as number, height: height as number, width: width as number, channels };
}

/** Independent uniform numbers for every sample of an epoch. @throws ArgumentError unless the seed is a non-negative integer */
export function sampleDraws(subject: string, seed: number): (index: number, epoch: number) => Draw {
  const { key } = new Random(seed).fork(subject).state;
  return (index, epoch) => {
    let block = 0;
    let words: readonly number[] = [];
    let next = 4;
    return () => {
      if (next === 4) {
        words = philox4x32([index, block++, epoch >>> 0, Math.floor(epoch / 2 ** 32)], key);
        next = 0;
      }
      return ((words[next++] as number) >>> 8) * 2 ** -24;
    };
  };
}

/** A number of the standard normal distribution (Box–Muller). */
export function normal(draw: Draw): number {
  const u = draw() + 2 ** -24;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * draw());
}

/** An integer from 0 to n − 1. */
export function below(n: number, draw: Draw): number {
  return Math.floor(draw() * n);
}

/** Calls `work` for ranges of images, letting the event loop run in between. */
export async function inSlices(
  count: number,
  elementsPerImage: number,
  work: (first: number, count: number) => void,
): Promise<void> {
  const step = Math.max(1, Math.floor(SLICE / Math.max(1, elementsPerImage)));
  for (let first = 0; first < count; first += step) {
    if (first > 0) await setImmediate();
    work(first, Math.min(step, count - first));
  }
}

/** Images of the same type, not yet filled. */
export function emptyLike(x: ImageArray, shape: readonly number[]): ImageArray {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { data: allocateTypedArray(x.dtype, length), shape, dtype: x.dtype } as ImageArray;
}
