// Pictures of bytes: made from numbers, enlarged, cut, framed.
import type { Image8 } from '../formats/png.js';
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { Canvas, type Color } from './canvas.js';
import { resample } from './resample.js';

/** @throws ArgumentError unless `image` is a picture whose data fit its size */
export function checkImage8(subject: string, name: string, image: unknown): asserts image is Image8 {
  const { width, height, channels, data } = (image ?? {}) as Partial<Image8>;
  checkInteger(subject, `${name}.width`, width);
  checkInteger(subject, `${name}.height`, height);
  if (channels !== 1 && channels !== 3)
    throw new ArgumentError(`${subject}: ${name}.channels must be 1 or 3, but received ${String(channels)}`);
  if (data?.length !== width * height * channels)
    throw new ArgumentError(
      `${subject}: ${name} of ${width}×${height} pixels with ${channels} channels needs ${width * height * channels} bytes, but has ${data?.length ?? 'none'}`,
    );
}

/** The lowest and the highest of some numbers. */
export function extent(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return [low, high];
}

/**
 * A picture of numbers [height, width, 1 or 3]. Bytes are taken as they are.
 *
 * @param range the numbers that become black and white; default the lowest and the highest
 * @throws ShapeError for other shapes
 * @example
 * const picture = vis.toImage8(batch.x.data.subarray(0, 3072), [32, 32, 3]);
 */
export function toImage8(
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  shape: Shape,
  range?: readonly [number, number],
): Image8 {
  const [height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3) || height * width < 1)
    throw new ShapeError(`toImage8: expected [height, width, 1 or 3], but received ${formatShape(shape)}`);
  if (values.length !== height * width * channels)
    throw new ShapeError(
      `toImage8: ${formatShape(shape)} holds ${height * width * channels} numbers, but ${values.length} were given`,
    );
  if (values instanceof Uint8Array && !range) return { width, height, channels, data: values.slice() };
  const [low, high] = range ?? extent(values);
  const scale = high > low ? 255 / (high - low) : 0;
  const data = Uint8Array.from(values as Float32Array, (v) =>
    Math.min(Math.max(Math.round((v - low) * scale), 0), 255),
  );
  return { width, height, channels, data };
}

/** A rectangle of an image: the rows from `top` to before `bottom`, the columns from `left` to before `right`. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A part of a picture. @throws ArgumentError for a box that is empty or does not lie in the picture */
export function crop(image: Image8, { top, left, bottom, right }: Box): Image8 {
  checkImage8('crop', 'image', image);
  if (
    ![top, left, bottom, right].every(Number.isInteger) ||
    top < 0 ||
    left < 0 ||
    bottom > image.height ||
    right > image.width ||
    top >= bottom ||
    left >= right
  )
    throw new ArgumentError(
      `crop: rows ${top} to ${bottom} and columns ${left} to ${right} are no part of ${image.width}×${image.height} pixels`,
    );
  const { channels } = image;
  const row = (right - left) * channels;
  const data = new Uint8Array((bottom - top) * row);
  for (let y = top; y < bottom; y++) {
    const from = (y * image.width + left) * channels;
    data.set(image.data.subarray(from, from + row), (y - top) * row);
  }
  return { width: right - left, height: bottom - top, channels, data };
}

/** A picture in colour with the edge of a box drawn into it, inside the box. @throws ArgumentError for an invalid picture */
export function frame(image: Image8, { top, left, bottom, right }: Box, color: Color, line = 1): Image8 {
  checkImage8('frame', 'image', image);
  checkInteger('frame', 'line', line);
  const canvas = new Canvas(image.width, image.height);
  canvas.picture(image, 0, 0, 1);
  canvas.frame(left, top, right - left, bottom - top, line, color);
  return canvas;
}

/** A picture some times smaller: means of factor × factor pixels, of fewer at the right and lower edge. */
export function shrink({ width, height, channels, data }: Image8, factor: number): Image8 {
  const [toHeight, toWidth] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const means = new Uint8Array(toHeight * toWidth * channels);
  for (let y = 0, to = 0; y < toHeight; y++)
    for (let x = 0; x < toWidth; x++)
      for (let c = 0; c < channels; c++) {
        let [sum, count] = [0, 0];
        for (let i = y * factor; i < Math.min((y + 1) * factor, height); i++)
          for (let j = x * factor; j < Math.min((x + 1) * factor, width); j++, count++)
            sum += data[(i * width + j) * channels + c] as number;
        means[to++] = Math.round(sum / count);
      }
  return { width: toWidth, height: toHeight, channels, data: means };
}

/**
 * A picture some times larger.
 *
 * @param options.smooth interpolates bilinearly; otherwise (the default) every pixel becomes a square
 * @throws ArgumentError for a factor that is no positive integer, and for an unknown option
 */
export function enlarge(image: Image8, factor: number, options: { readonly smooth?: boolean } = {}): Image8 {
  checkImage8('enlarge', 'image', image);
  checkInteger('enlarge', 'factor', factor);
  checkOptions('enlarge', options, ['smooth']);
  const { channels } = image;
  const [height, width] = [image.height * factor, image.width * factor];
  if (options.smooth) {
    const values = resample(image.data, [image.height, image.width, channels], [height, width]);
    return { width, height, channels, data: Uint8Array.from(values, Math.round) };
  }
  const data = new Uint8Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const from = (Math.floor(y / factor) * image.width + Math.floor(x / factor)) * channels + c;
        data[to++] = image.data[from] as number;
      }
  return { width, height, channels, data };
}
