// MixUp (Zhang et al. 2017, https://arxiv.org/abs/1710.09412):  x ← λ x + (1 − λ) x′,  y ← λ y + (1 − λ) y′,   λ ~ Beta(α, α) per sample.
import { checkInteger, checkNumber, checkOptions } from '../../tensor/arguments.js';
import { emptyLike, imageExtents, inSlices } from './images.js';
import { beta, denseLabels, type MixingAugmentation, mixLabels, pairing } from './mixing.js';

/** Options of {@link mixUp}. */
export interface MixUpOptions {
  /** α: 0 leaves everything as it is; 1 mixes in every proportion. Default 0.2. */
  readonly alpha?: number;
  /** Number of classes; needed where labels are class numbers. */
  readonly classes?: number;
  readonly seed: number;
}

const subject = 'mixUp';

/**
 * Mixes every image of a batch, and its label, with another of the batch. Labels become float32 [batch, classes], the share of each
 * class; uint8 images stay uint8, rounded.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError or ShapeError unless x is uint8 or float32 [batch, height, width,
 * channels] and y int32 [batch] with values below `classes`, or float32 [batch, classes].
 * @example
 * const train = dataset.batch(128).map(data.mixUp({ classes: 10, seed: 1 })); // with a loss that takes shares of classes
 */
export function mixUp(options: MixUpOptions): MixingAugmentation {
  checkOptions(subject, options, ['alpha', 'classes', 'seed']);
  const { alpha = 0.2, classes, seed } = options;
  checkNumber(subject, 'alpha', alpha, 0, 1e3);
  if (classes !== undefined) checkInteger(subject, 'classes', classes);
  checkInteger(subject, 'seed', seed, 0);
  const pair = pairing(subject, seed);
  return async (batch) => {
    const { count, height, width, channels } = imageExtents(subject, batch.x);
    const labels = denseLabels(subject, batch.y, classes);
    const pairs = pair(batch);
    const shares = pairs.map(({ draw }) => (alpha === 0 ? 1 : beta(alpha, draw)));
    const y = emptyLike(batch.x, batch.x.shape);
    const [x, to] = [batch.x.data, y.data];
    const image = height * width * channels;
    const round = batch.x.dtype === 'uint8' ? 0.5 : 0;
    await inSlices(count, image, (first, some) => {
      for (let n = first; n < first + some; n++) {
        const share = shares[n] as number;
        const other = (pairs[n]?.partner as number) * image;
        const own = n * image;
        for (let i = 0; i < image; i++)
          to[own + i] = share * (x[own + i] as number) + (1 - share) * (x[other + i] as number) + round;
      }
    });
    return { ...batch, x: y, y: mixLabels(labels, pairs, shares) };
  };
}
