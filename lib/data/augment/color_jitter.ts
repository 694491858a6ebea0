// Random changes of colour, as one linear map per image:
//
//   brightness  x → k x                        k uniform on 1 ± brightness
//   contrast    x → f x + (1 − f) grey(mean)   f uniform on 1 ± contrast, mean over the image
//   saturation  x → s x + (1 − s) grey(x)      s uniform on 1 ± saturation
//   hue         x → rotation about the grey axis in YIQ, by an angle uniform on ± hue turns
//
// in this order, with grey = 0.299 R + 0.587 G + 0.114 B, without cutting in between.
import { checkInteger, checkNumber, checkOptions } from '../../tensor/arguments.js';
import { ShapeError } from '../../tensor/errors.js';
import { type Augmentation, type Draw, imageExtents, sampleDraws } from './images.js';
import { type ColorMix, checkColors, type Matrix3, mixColors, product } from './mix_colors.js';

/** Options of {@link colorJitter}: how far each property changes at most. */
export interface ColorJitterOptions {
  /** From 0 to 1; default 0. */
  readonly brightness?: number;
  /** From 0 to 1; default 0. */
  readonly contrast?: number;
  /** From 0 to 1; default 0. */
  readonly saturation?: number;
  /** In turns of the colour circle, from 0 to 0.5; default 0. */
  readonly hue?: number;
  readonly seed: number;
}

const subject = 'colorJitter';
const luma = [0.299, 0.587, 0.114] as const;
const identity: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const toYiq: Matrix3 = [...luma, 0.596, -0.274, -0.322, 0.211, -0.523, 0.312];
const fromYiq = inverse(toYiq);

/**
 * Changes brightness, contrast, saturation and hue of every image of a batch at random. Runs natively.
 *
 * uint8 pixels are rounded and cut to 0 … 255; float32 pixels may have any scale and are not cut. Grey images take brightness and
 * contrast only.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, 3], or [batch, height, width, 1] without saturation and hue.
 * @example
 * const train = photos.batch(32).map(data.colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, seed: 1 })).prefetch(2);
 */
export function colorJitter(options: ColorJitterOptions): Augmentation {
  checkOptions(subject, options, ['brightness', 'contrast', 'saturation', 'hue', 'seed']);
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0, seed } = options;
  checkNumber(subject, 'brightness', brightness, 0, 1);
  checkNumber(subject, 'contrast', contrast, 0, 1);
  checkNumber(subject, 'saturation', saturation, 0, 1);
  checkNumber(subject, 'hue', hue, 0, 0.5);
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  const around = (draw: Draw, range: number) => (2 * draw() - 1) * range;
  return async (batch) => {
    const extents = imageExtents(subject, batch.x);
    checkColors(subject, extents);
    if (extents.channels === 1 && (saturation > 0 || hue > 0))
      throw new ShapeError(`${subject}: saturation and hue need images of 3 channels, but they have 1`);
    const mixes = Array.from(batch.indices, (index): ColorMix => {
      const draw = draws(index, batch.epoch);
      const k = 1 + around(draw, brightness);
      const f = 1 + around(draw, contrast);
      const s = 1 + around(draw, saturation);
      const turn = 2 * Math.PI * around(draw, hue);
      const scaled = identity.map((value) => k * f * value);
      // Saturation and hue leave greys alone, so what contrast adds passes through them unchanged.
      const matrix = extents.channels === 1 ? scaled : product(rotation(turn), saturate(s), scaled);
      return { matrix, grey: (1 - f) * k, shift: [0, 0, 0] };
    });
    return { ...batch, x: await mixColors(batch.x, extents, mixes) };
  };
}

function saturate(s: number): Matrix3 {
  return identity.map((value, at) => s * value + (1 - s) * (luma[at % 3] as number));
}

function rotation(angle: number): Matrix3 {
  if (angle === 0) return identity;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return product(fromYiq, [1, 0, 0, 0, cos, -sin, 0, sin, cos], toYiq);
}

/** By cofactors. */
function inverse(m: Matrix3): Matrix3 {
  const at = (i: number, j: number) => m[3 * (i % 3) + (j % 3)] as number;
  const cofactor = (i: number, j: number) => at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((sum, j) => sum + at(0, j) * cofactor(0, j), 0);
  return Array.from({ length: 9 }, (_, k) => cofactor(k % 3, Math.floor(k / 3)) / determinant);
}
