// Random translation of uint8 images [batch, height, width, channels]:
//
//   y[n, i, j, c] = x[n, i + di, j + dj, c], 0 outside the image;   di, dj uniform on −pixels … pixels
//
// (di, dj) = the first two words of philox4x32([index, 0, epoch], key of `seed`): a function of seed, epoch and sample index alone,
// whatever the batch the sample falls into.
import { checkInteger, checkOptions } from '../../tensor/arguments.js';
import { DTypeError, ShapeError } from '../../tensor/errors.js';
import { philox4x32, Random } from '../../tensor/random.js';
import { formatShape } from '../../tensor/shape.js';
import type { Batch, HostArray, Sample } from '../types.js';

/** Options of `randomShift`. */
export interface RandomShiftOptions {
  /** Largest shift along height and width, in pixels. */
  readonly pixels: number;
  readonly seed: number;
}

/**
 * Shifts every image of a batch by a random number of pixels, filling with zeros; for `BatchedDataset.map`.
 *
 * @throws ArgumentError for pixels or a seed that are not non-negative integers; on a batch, DTypeError unless x is uint8 and
 * ShapeError unless it is [batch, height, width, channels].
 * @example
 * const train = (await data.idx(files)).shuffle({ seed: 1 }).batch(256).map(data.randomShift({ pixels: 2, seed: 1 })).prefetch(2);
 */
export function randomShift(options: RandomShiftOptions) {
  checkOptions('randomShift', options, ['pixels', 'seed']);
  const { pixels, seed } = options;
  checkInteger('randomShift', 'pixels', pixels, 0);
  const { key } = new Random(seed).fork('randomShift').state;
  const shift = (word: number) => Math.floor((word * (2 * pixels + 1)) / 2 ** 32) - pixels;
  return <S extends Sample & { readonly x: HostArray<'uint8'> }>(batch: Batch<S>): Batch<S> => {
    const { indices, epoch, x } = batch;
    if (x.dtype !== 'uint8') throw new DTypeError(`randomShift: x must be uint8, but received ${x.dtype}`);
    if (x.shape.length !== 4)
      throw new ShapeError(
        `randomShift: x must be [batch, height, width, channels], but received ${formatShape(x.shape)}`,
      );
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const image = height * width * channels;
    const data = new Uint8Array(x.data.length);
    indices.forEach((index, n) => {
      const [a, b] = philox4x32([index, 0, epoch >>> 0, Math.floor(epoch / 2 ** 32)], key);
      const range = [n * image, (n + 1) * image] as const;
      shiftImage(x.data.subarray(...range), data.subarray(...range), shift(a), shift(b), height, width, channels);
    });
    return { ...batch, x: { ...x, data } };
  };
}

/** One image: a single copy moved by di rows and dj columns, then zeros where a row's end wrapped into the next row. */
function shiftImage(
  x: Uint8Array,
  y: Uint8Array,
  di: number,
  dj: number,
  height: number,
  width: number,
  channels: number,
): void {
  if (Math.abs(di) >= height || Math.abs(dj) >= width) return; // y is all zeros already
  const row = width * channels;
  const distance = di * row + dj * channels;
  if (distance >= 0) y.set(x.subarray(distance));
  else y.set(x.subarray(0, x.length + distance), -distance);
  const wrapped = Math.abs(dj) * channels;
  const start = dj > 0 ? row - wrapped : 0;
  for (let from = start; wrapped > 0 && from < y.length; from += row) {
    for (let k = 0; k < wrapped; k++) y[from + k] = 0; // a few bytes: cheaper than fill()
  }
}
