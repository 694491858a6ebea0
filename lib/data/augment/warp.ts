// Images seen through an affine map, by the native kernel warp_images.
import { native } from '../../native.js';
import { checkNumber } from '../../tensor/arguments.js';
import type { TypedArray } from '../../tensor/dtype.js';
import { emptyLike, type ImageArray, type ImageExtents, inSlices } from './images.js';

declare module '../../native.js' {
  interface Native {
    /** y ← x seen through `transforms`, images first … first + count − 1; computes at once, on arrays of JavaScript. */
    // biome-ignore format: a line per meaning
    warpImages(
      x: TypedArray, y: TypedArray, transforms: Float64Array, first: number, count: number,
      height: number, width: number, channels: number, toHeight: number, toWidth: number, fill: number, edge: boolean,
    ): void;
  }
}

/** Where pixel (i, j) of the result lies in the image: (a i + b j + c, d i + e j + f). */
export type Transform = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** What lies outside an image: a value, or the nearest pixel of its edge. */
export type Fill = number | 'edge';

/** @throws ArgumentError unless `fill` is 'edge' or a number */
export function checkFill(subject: string, fill: unknown): asserts fill is Fill {
  if (fill !== 'edge') checkNumber(subject, 'fill', fill);
}

/** Images of another size, each seen through its transform; bilinear. @throws ArgumentError for a fill that bytes cannot hold */
export async function warp(
  x: ImageArray,
  { count, height, width, channels }: ImageExtents,
  transforms: readonly Transform[],
  [toHeight, toWidth]: readonly [number, number],
  fill: Fill,
  subject: string,
): Promise<ImageArray> {
  const edge = fill === 'edge';
  if (x.dtype === 'uint8' && !edge) checkNumber(subject, 'fill (of uint8 images)', fill, 0, 255);
  const y = emptyLike(x, [count, toHeight, toWidth, channels]);
  const numbers = Float64Array.from(transforms.flat());
  await inSlices(count, toHeight * toWidth * channels, (first, some) => {
    native.warpImages(
      x.data,
      y.data,
      numbers,
      first,
      some,
      height,
      width,
      channels,
      toHeight,
      toWidth,
      edge ? 0 : fill,
      edge,
    );
  });
  return y;
}
