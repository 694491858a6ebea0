// Cutout (DeVries and Taylor 2017, https://arxiv.org/abs/1708.04552): a square with a random centre in every image becomes `fill`; the
// part of it that lies outside the image is lost.
import { checkInteger, checkNumber, checkOptions } from '../../tensor/arguments.js';
import { type Augmentation, below, emptyLike, imageExtents, inSlices, sampleDraws } from './images.js';

/** Options of {@link cutout}. */
export interface CutoutOptions {
  /** Height and width of the square in pixels; 0 cuts nothing. */
  readonly size: number;
  /** Value inside the square. Default 0. */
  readonly fill?: number;
  readonly seed: number;
}

const subject = 'cutout';

/**
 * Overwrites a random square in every image of a batch.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, channels].
 * @example
 * const train = dataset.batch(128).map(data.cutout({ size: 16, seed: 1 })).prefetch(2);
 */
export function cutout(options: CutoutOptions): Augmentation {
  checkOptions(subject, options, ['size', 'fill', 'seed']);
  const { size, fill = 0, seed } = options;
  checkInteger(subject, 'size', size, 0);
  checkNumber(subject, 'fill', fill);
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  return async (batch) => {
    const { count, height, width, channels } = imageExtents(subject, batch.x);
    if (batch.x.dtype === 'uint8') checkNumber(subject, 'fill (of uint8 images)', fill, 0, 255);
    const y = emptyLike(batch.x, batch.x.shape);
    const to = y.data;
    to.set(batch.x.data);
    await inSlices(count, height * width * channels, (first, some) => {
      for (let n = first; n < first + some; n++) {
        const draw = draws(batch.indices[n] as number, batch.epoch);
        const top = below(height, draw) - (size >> 1);
        const left = below(width, draw) - (size >> 1);
        const [from, end] = [Math.max(left, 0), Math.min(left + size, width)];
        for (let i = Math.max(top, 0); i < Math.min(top + size, height) && from < end; i++) {
          const row = (n * height + i) * width;
          to.fill(fill, (row + from) * channels, (row + end) * channels);
        }
      }
    });
    return { ...batch, x: y };
  };
}
