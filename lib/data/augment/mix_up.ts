// MixUp (Zhang et al. 2017, https://arxiv.org/abs/1710.09412):  x ← λ x + (1 − λ) x′,  y ← λ y + (1 − λ) y′,   λ ~ Beta(α, α) per sample.
import { emptyLike, imageExtents, inSlices } from './images.js';
import { type MixingAugmentation, type MixingOptions, mixing, mixLabels } from './mixing.js';

/** Options of {@link mixUp}; `alpha` is 0.2 by default. */
export type MixUpOptions = MixingOptions;

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
  const { pair, labelsOf, share } = mixing(subject, options, 0.2);
  return async (batch) => {
    const { count, height, width, channels } = imageExtents(subject, batch.x);
    const labels = labelsOf(batch.y);
    const pairs = pair(batch);
    const shares = pairs.map(({ draw }) => share(draw));
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
