// Pads every image on all sides and cuts a random part out of it (He et al. 2015, section 4.2: 4 pixels, 32 × 32):
//
//   y[n, i, j] = padded x[n, i + di, j + dj],   di, dj uniform on 0 … height + 2·padding − size
import { checkChoice, checkInteger, checkNumber, checkOptions, toPair } from '../../tensor/arguments.js';
import { ShapeError } from '../../tensor/errors.js';
import { type Augmentation, below, emptyLike, imageExtents, inSlices, sampleDraws } from './images.js';

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Pixels added on every side before cutting. Default 0. */
  readonly padding?: number;
  /** Height and width of the result: [height, width], or one number for both. Default: those of the images. */
  readonly size?: number | readonly [number, number];
  /** What is added: `'constant'`, the value `fill` (the default); `'reflect'`, the image mirrored about its edge pixels. */
  readonly mode?: 'constant' | 'reflect';
  /** Value of added pixels. Default 0. */
  readonly fill?: number;
  readonly seed: number;
}

const subject = 'randomCrop';

/**
 * Pads and crops every image of a batch at a random place.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, channels], at least as large as the crop when padded, and larger than the padding if that mirrors.
 * @example
 * const train = (await data.cifar10()).shuffle({ seed: 1 }).batch(128).map(data.randomCrop({ padding: 4, seed: 1 })).prefetch(2);
 */
export function randomCrop(options: RandomCropOptions): Augmentation {
  checkOptions(subject, options, ['padding', 'size', 'mode', 'fill', 'seed']);
  const { padding = 0, mode = 'constant', fill = 0, seed } = options;
  checkInteger(subject, 'padding', padding, 0);
  const size = options.size === undefined ? undefined : toPair(subject, 'size', options.size);
  checkChoice(subject, 'mode', mode, ['constant', 'reflect']);
  checkNumber(subject, 'fill', fill);
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  return async (batch) => {
    const { count, height, width, channels } = imageExtents(subject, batch.x);
    if (batch.x.dtype === 'uint8') checkNumber(subject, 'fill (of uint8 images)', fill, 0, 255);
    const [toHeight, toWidth] = size ?? [height, width];
    if (toHeight > height + 2 * padding || toWidth > width + 2 * padding)
      throw new ShapeError(
        `${subject}: images of ${height} × ${width} with ${padding} pixels around them are smaller than ${toHeight} × ${toWidth}`,
      );
    if (mode === 'reflect' && padding >= Math.min(height, width))
      throw new ShapeError(`${subject}: images of ${height} × ${width} cannot be mirrored by ${padding} pixels`);
    const y = emptyLike(batch.x, [count, toHeight, toWidth, channels]);
    const [x, to] = [batch.x.data, y.data];
    await inSlices(count, toHeight * toWidth * channels, (first, some) => {
      for (let n = first; n < first + some; n++) {
        const draw = draws(batch.indices[n] as number, batch.epoch);
        const di = below(height + 2 * padding - toHeight + 1, draw) - padding;
        const dj = below(width + 2 * padding - toWidth + 1, draw) - padding;
        const left = Math.min(Math.max(-dj, 0), toWidth); // columns before the image
        const right = Math.max(Math.min(width - dj, toWidth), left); // the first column after it
        for (let i = 0; i < toHeight; i++) {
          const start = (n * toHeight + i) * toWidth * channels;
          const end = start + toWidth * channels;
          const row = mode === 'reflect' ? mirror(i + di, height) : i + di;
          if (row < 0 || row >= height) {
            if (fill !== 0) to.fill(fill, start, end);
            continue;
          }
          const from = (n * height + row) * width * channels;
          to.set(x.subarray(from + (left + dj) * channels, from + (right + dj) * channels), start + left * channels);
          if (mode === 'reflect') {
            for (let j = 0; j < toWidth; j++) {
              if (j === left) j = right;
              if (j >= toWidth) break;
              const source = from + mirror(j + dj, width) * channels;
              for (let c = 0; c < channels; c++) to[start + j * channels + c] = x[source + c] as number;
            }
          } else if (fill !== 0) {
            to.fill(fill, start, start + left * channels);
            to.fill(fill, start + right * channels, end);
          }
        }
      }
    });
    return { ...batch, x: y };
  };
}

/** The pixel a position up to one image's extent outside stands for. */
function mirror(position: number, extent: number): number {
  const inside = Math.abs(position);
  return inside < extent ? inside : 2 * (extent - 1) - inside;
}
