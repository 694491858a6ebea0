// A random part of every image at a fixed size (Szegedy et al. 2014, "Going deeper with convolutions", section 6):
//
//   area uniform on scale · height · width,   ln(width / height) uniform on ln ratio,   place uniform;
//   ten attempts, then the largest part in the middle whose ratio is allowed
import { checkInteger, checkNumber, checkOptions, show, toPair } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { type Augmentation, below, type Draw, imageExtents, sampleDraws } from './images.js';
import { type Transform, warp } from './warp.js';

/** Options of {@link randomResizedCrop}. */
export interface RandomResizedCropOptions {
  /** Height and width of the result: [height, width], or one number for both. */
  readonly size: number | readonly [number, number];
  /** Smallest and largest share of the area. Default [0.08, 1]. */
  readonly scale?: readonly [low: number, high: number];
  /** Smallest and largest width / height of the part. Default [3/4, 4/3]. */
  readonly ratio?: readonly [low: number, high: number];
  readonly seed: number;
}

const subject = 'randomResizedCrop';

/**
 * Cuts a random part out of every image of a batch and resizes it, bilinearly without averaging. Runs natively.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, channels].
 * @example
 * const train = photos.batch(32).map(data.randomResizedCrop({ size: 224, seed: 1 })).prefetch(2);
 */
export function randomResizedCrop(options: RandomResizedCropOptions): Augmentation {
  checkOptions(subject, options, ['size', 'scale', 'ratio', 'seed']);
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3], seed } = options;
  const size = toPair(subject, 'size', options.size);
  checkRange('scale', scale, 1);
  checkRange('ratio', ratio, 1e3);
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  return async (batch) => {
    const extents = imageExtents(subject, batch.x);
    const transforms = Array.from(batch.indices, (index): Transform => {
      const part = chooseBox(extents.height, extents.width, scale, ratio, draws(index, batch.epoch));
      const [a, e] = [part.height / size[0], part.width / size[1]];
      return [a, 0, part.top + (a - 1) / 2, 0, e, part.left + (e - 1) / 2]; // centres of pixels lie at ½
    });
    return { ...batch, x: await warp(batch.x, extents, transforms, size, 'edge', subject) };
  };
}

function chooseBox(
  height: number,
  width: number,
  [lowScale, highScale]: readonly [number, number],
  [lowRatio, highRatio]: readonly [number, number],
  draw: Draw,
) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * (lowScale + draw() * (highScale - lowScale));
    const aspect = lowRatio * (highRatio / lowRatio) ** draw();
    const [h, w] = [Math.round(Math.sqrt(area / aspect)), Math.round(Math.sqrt(area * aspect))];
    const [y, x] = [draw(), draw()];
    if (h < 1 || w < 1 || h > height || w > width) continue;
    return { height: h, width: w, top: below(height - h + 1, () => y), left: below(width - w + 1, () => x) };
  }
  const h = Math.min(height, Math.max(1, Math.round(width / lowRatio)));
  const w = Math.min(width, Math.max(1, Math.round(height * highRatio)));
  return { height: h, width: w, top: (height - h) >> 1, left: (width - w) >> 1 };
}

function checkRange(name: string, range: unknown, most: number): void {
  if (!Array.isArray(range) || range.length !== 2 || range[0] > range[1])
    throw new ArgumentError(`${subject}: ${name} must be [low, high], but received ${show(range)}`);
  for (const [i, value] of range.entries()) checkNumber(subject, `${name}[${i}]`, value, 1e-4, most);
}
