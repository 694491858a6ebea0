// Random rotation, scaling and translation about the image's centre:  y(p) = x(A⁻¹ (p − centre − t) + centre),  A = s · rotation(θ)
//
//   θ uniform on ± degrees,   s uniform on scale,   t uniform on ± translate · (height, width)
import { checkInteger, checkNumber, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { type Augmentation, imageExtents, sampleDraws } from './images.js';
import { checkFill, type Fill, type Transform, warp } from './warp.js';

/** Options of {@link randomAffine}. */
export interface RandomAffineOptions {
  /** Largest rotation in either direction, in degrees. Default 0. */
  readonly degrees?: number;
  /** Largest translation as a share of the height and width, from 0 to 1. Default 0. */
  readonly translate?: number | readonly [height: number, width: number];
  /** Smallest and largest scale. Default [1, 1]. */
  readonly scale?: readonly [low: number, high: number];
  /** What lies outside the image: a value, or `'edge'` for the nearest pixel. Default 0. */
  readonly fill?: Fill;
  readonly seed: number;
}

const subject = 'randomAffine';

/**
 * Rotates, scales and moves every image of a batch at random; bilinear, with `fill` outside the image. Runs natively.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, channels].
 * @example
 * const train = dataset.batch(128).map(data.randomAffine({ degrees: 10, translate: 0.1, scale: [0.9, 1.1], seed: 1 })).prefetch(2);
 */
export function randomAffine(options: RandomAffineOptions): Augmentation {
  checkOptions(subject, options, ['degrees', 'translate', 'scale', 'fill', 'seed']);
  const { degrees = 0, translate = 0, scale = [1, 1], fill = 0, seed } = options;
  checkNumber(subject, 'degrees', degrees, 0, 180);
  const shares = typeof translate === 'number' ? ([translate, translate] as const) : translate;
  checkPair('translate', shares, 0, 1);
  checkPair('scale', scale, 1e-3, 1e3);
  if (scale[0] > scale[1])
    throw new ArgumentError(`${subject}: scale must be [low, high], but received ${show(scale)}`);
  checkFill(subject, fill);
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  return async (batch) => {
    const extents = imageExtents(subject, batch.x);
    const { height, width } = extents;
    const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
    const transforms = Array.from(batch.indices, (index): Transform => {
      const draw = draws(index, batch.epoch);
      const angle = ((2 * draw() - 1) * degrees * Math.PI) / 180;
      const size = scale[0] + draw() * (scale[1] - scale[0]);
      const [ty, tx] = [(2 * draw() - 1) * shares[0] * height, (2 * draw() - 1) * shares[1] * width];
      const [cos, sin] = [Math.cos(angle) / size, Math.sin(angle) / size];
      return [cos, -sin, cy - cos * (cy + ty) + sin * (cx + tx), sin, cos, cx - sin * (cy + ty) - cos * (cx + tx)];
    });
    return { ...batch, x: await warp(batch.x, extents, transforms, [height, width], fill, subject) };
  };
}

function checkPair(name: string, pair: unknown, low: number, high: number): void {
  if (!Array.isArray(pair) || pair.length !== 2)
    throw new ArgumentError(`${subject}: ${name} must be two numbers, but received ${show(pair)}`);
  for (const [i, value] of pair.entries()) checkNumber(subject, `${name}[${i}]`, value, low, high);
}
