// Mirrors images left to right:  y[n, i, j] = x[n, i, width − 1 − j] for some n.
import { checkBoolean, checkInteger, checkNumber, checkOptions } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { type Augmentation, emptyLike, imageExtents, inSlices, sampleDraws } from './images.js';

/** Options of {@link randomFlip}. */
export interface RandomFlipOptions {
  /** How probable a flip is. Default 0.5. */
  readonly probability?: number;
  /**
   * Draws once per image, and from then on flips it in every other epoch (Jordan 2024, "94% on CIFAR-10 in 3.29 seconds", section 3.6):
   * two epochs show all images both ways. Default false.
   */
  readonly alternate?: boolean;
  readonly seed: number;
}

const subject = 'randomFlip';

/**
 * Flips images of a batch horizontally at random.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, channels].
 * @example
 * const train = dataset.batch(128).map(data.randomCrop({ padding: 4, seed: 1 })).map(data.randomFlip({ seed: 1 })).prefetch(2);
 */
export function randomFlip(options: RandomFlipOptions): Augmentation {
  checkOptions(subject, options, ['probability', 'alternate', 'seed']);
  const { probability = 0.5, alternate = false, seed } = options;
  checkNumber(subject, 'probability', probability, 0, 1);
  checkBoolean(subject, 'alternate', alternate);
  if (alternate && probability !== 0.5)
    throw new ArgumentError(`${subject}: alternate flips half of the images, but probability is ${probability}`);
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  const flips = (index: number, epoch: number): boolean =>
    alternate ? draws(index, 0)() < 0.5 !== (epoch % 2 === 1) : draws(index, epoch)() < probability;
  return async (batch) => {
    const { count, height, width, channels } = imageExtents(subject, batch.x);
    const y = emptyLike(batch.x, batch.x.shape);
    const [x, to] = [batch.x.data, y.data];
    const row = width * channels;
    await inSlices(count, height * row, (first, some) => {
      for (let n = first; n < first + some; n++) {
        const start = n * height * row;
        if (!flips(batch.indices[n] as number, batch.epoch)) {
          to.set(x.subarray(start, start + height * row), start);
          continue;
        }
        for (let at = start; at < start + height * row; at += row) {
          for (let j = 0, from = at + row - channels; j < row; j += channels, from -= channels)
            for (let c = 0; c < channels; c++) to[at + j + c] = x[from + c] as number;
        }
      }
    });
    return { ...batch, x: y };
  };
}
