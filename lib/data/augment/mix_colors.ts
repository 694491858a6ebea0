// Pixels as linear combinations of their channels and the image's mean grey, by the native kernel mix_colors.
import { native } from '../../native.js';
import type { TypedArray } from '../../tensor/dtype.js';
import { ShapeError } from '../../tensor/errors.js';
import { emptyLike, type ImageArray, type ImageExtents, inSlices } from './images.js';

declare module '../../native.js' {
  interface Native {
    /** y ← M x + t · mean grey + b per image, images first … first + count − 1; computes at once, on arrays of JavaScript. */
    // biome-ignore format: a line per meaning
    mixColors(
      x: TypedArray, y: TypedArray, mixes: Float64Array, first: number, count: number, pixels: number, channels: number,
    ): void;
  }
}

/** A 3 × 3 matrix, row by row. */
export type Matrix3 = readonly number[];

/** What becomes of the pixels of an image. */
export interface ColorMix {
  /** Of RGB; grey images take its first number. */
  readonly matrix: Matrix3;
  /** How much of the image's mean grey is added. */
  readonly grey: number;
  readonly shift: readonly [number, number, number];
}

/** The product of matrices, the last applied first. */
export function product(...matrices: readonly Matrix3[]): Matrix3 {
  return matrices.reduce((a, b) =>
    Array.from({ length: 9 }, (_, at) => {
      const [i, j] = [at - (at % 3), at % 3];
      return [0, 1, 2].reduce((sum, k) => sum + (a[i + k] as number) * (b[3 * k + j] as number), 0);
    }),
  );
}

/** @throws ShapeError unless images are grey or RGB */
export function checkColors(subject: string, { channels }: ImageExtents): void {
  if (channels !== 1 && channels !== 3)
    throw new ShapeError(`${subject}: images must have 1 or 3 channels, but have ${channels}`);
}

/** Every image through its mix. */
export async function mixColors(x: ImageArray, extents: ImageExtents, mixes: readonly ColorMix[]): Promise<ImageArray> {
  const { count, height, width, channels } = extents;
  const y = emptyLike(x, x.shape);
  const numbers = Float64Array.from(mixes.flatMap(({ matrix, grey, shift }) => [...matrix, grey, ...shift]));
  await inSlices(count, height * width * channels, (first, some) => {
    native.mixColors(x.data, y.data, numbers, first, some, height * width, channels);
  });
  return y;
}
