// CutMix (Yun et al. 2019, https://arxiv.org/abs/1905.04899): a box of another image replaces the same box of every image,
//
//   height · √(1 − λ) by width · √(1 − λ), λ ~ Beta(α, α), around a random centre, without what lies outside;
//   y ← (1 − share) y + share y′,   share = the box's part of the area
import { below, emptyLike, imageExtents, inSlices } from './images.js';
import { type MixingAugmentation, type MixingOptions, mixing, mixLabels } from './mixing.js';

/** Options of {@link cutMix}; `alpha` is 1: boxes of all areas are equally probable by default. */
export type CutMixOptions = MixingOptions;

const subject = 'cutMix';

/**
 * Replaces a random box of every image of a batch by that of another of the batch, and mixes their labels by area: they become float32
 * [batch, classes].
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError or ShapeError unless x is uint8 or float32 [batch, height, width,
 * channels] and y int32 [batch] with values below `classes`, or float32 [batch, classes].
 * @example
 * const train = dataset.batch(128).map(data.cutMix({ classes: 10, seed: 1 }));
 */
export function cutMix(options: CutMixOptions): MixingAugmentation {
  const { pair, labelsOf, share } = mixing(subject, options, 1);
  return async (batch) => {
    const { count, height, width, channels } = imageExtents(subject, batch.x);
    const labels = labelsOf(batch.y);
    const pairs = pair(batch);
    const boxes = pairs.map(({ draw }) => {
      const side = Math.sqrt(1 - share(draw));
      const [h, w] = [Math.round(height * side), Math.round(width * side)];
      const [i, j] = [below(height, draw) - (h >> 1), below(width, draw) - (w >> 1)];
      const [top, left] = [Math.max(i, 0), Math.max(j, 0)];
      return {
        top,
        left,
        bottom: Math.max(top, Math.min(i + h, height)),
        right: Math.max(left, Math.min(j + w, width)),
      };
    });
    const y = emptyLike(batch.x, batch.x.shape);
    const [x, to] = [batch.x.data, y.data];
    const image = height * width * channels;
    await inSlices(count, image, (first, some) => {
      to.set(x.subarray(first * image, (first + some) * image), first * image);
      for (let n = first; n < first + some; n++) {
        const { top, left, bottom, right } = boxes[n] as (typeof boxes)[number];
        const other = pairs[n]?.partner as number;
        for (let i = top; i < bottom; i++) {
          const [from, into] = [
            ((other * height + i) * width + left) * channels,
            ((n * height + i) * width + left) * channels,
          ];
          to.set(x.subarray(from, from + (right - left) * channels), into);
        }
      }
    });
    const shares = boxes.map(
      ({ top, left, bottom, right }) => 1 - ((bottom - top) * (right - left)) / (height * width),
    );
    return { ...batch, x: y, y: mixLabels(labels, pairs, shares) };
  };
}
