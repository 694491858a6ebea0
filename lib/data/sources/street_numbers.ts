// Street numbers drawn with fonts, in place of photographs: as many digits, in the same proportions, and cropped as in SVHN (Netzer et al.
// 2011), so that a network can be built and tested where that set is not to be had.
import { setImmediate } from 'node:timers/promises';
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { Random } from '../../tensor/random.js';
import { Dataset } from '../dataset.js';
import { sourceOrder } from '../order.js';
import { cropResize } from './crop_resize.js';
import { type DigitFont, partFamilies, readDigitFonts } from './digit_fonts.js';
import type { IdxSample } from './idx.js';
import { around, drawStreetPicture } from './street_picture.js';

/** What street numbers are drawn with. */
export interface StreetNumbersOptions {
  /** Paths of font files (.ttf, .otf, .woff), e.g. of the npm packages @fontsource/*; of two families at least. */
  readonly fonts: readonly string[];
  /** How many pictures. */
  readonly count: number;
  /** Whether to draw with the fonts for training (the default) or for the test: no family is in both. */
  readonly split?: 'train' | 'test';
  /** Share of the families that is for the test. Default 0.2; at least one. */
  readonly testShare?: number;
  /** Height and width of the samples. Default 64. */
  readonly size?: number;
  /** Digits a label holds: longer numbers get the length `digits + 1`. Default 5. */
  readonly digits?: number;
  /** Least difference in luminance between number and wall, as a share of that between black and white. Default 0.15. */
  readonly minContrast?: number;
  readonly seed: number;
}

const subject = 'streetNumbers';
const lengthCounts = [5137, 18130, 8691, 1434, 9, 1]; // numbers of 1 … 6 digits in SVHN's training set
const digitCounts = [4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659]; // its digits 0 … 9

/**
 * Pictures of street numbers, drawn when a batch is made: images [size, size, 3] of uint8, and int32 labels [1 + digits] as
 * `digitSequenceLoss` takes them: the length, then the digits, then zeros. A picture is a function of (seed, split, index) and the fonts.
 * Needs the package `opentype.js`.
 *
 * @throws ArgumentError (rejects with) for invalid options, fonts that cannot be read or are of one family, or where opentype.js is not
 * installed; FormatError for files that are no fonts, or fonts without digits.
 * @example
 * const train = await data.streetNumbers({ fonts, count: 30_000, seed: 1 });
 * const test = await data.streetNumbers({ fonts, count: 5_000, split: 'test', seed: 1 });
 */
export async function streetNumbers(options: StreetNumbersOptions): Promise<Dataset<IdxSample>> {
  checkOptions(subject, options, ['fonts', 'count', 'split', 'testShare', 'size', 'digits', 'minContrast', 'seed']);
  const {
    fonts: paths,
    count,
    split = 'train',
    testShare = 0.2,
    size = 64,
    digits = 5,
    minContrast = 0.15,
    seed,
  } = options;
  if (!Array.isArray(paths) || paths.some((path) => typeof path !== 'string'))
    throw new ArgumentError(`${subject}: fonts must be an array of paths, but received ${show(paths)}`);
  checkInteger(subject, 'count', count);
  checkChoice(subject, 'split', split, ['train', 'test']);
  checkNumber(subject, 'testShare', testShare, 0, 1);
  checkInteger(subject, 'size', size);
  checkInteger(subject, 'digits', digits);
  checkNumber(subject, 'minContrast', minContrast, 0, 0.45);
  checkInteger(subject, 'seed', seed, 0);
  const all = await readDigitFonts(subject, paths);
  if (new Set(all.map(({ family }) => family)).size < 2)
    throw new ArgumentError(`${subject}: fonts must be of two families at least, to keep training and test apart`);
  const fonts = partFamilies(all, testShare)[split];
  const perLabel = 1 + digits;
  return new Dataset<IdxSample>(sourceOrder(count), async (indices) => {
    const data = new Uint8Array(indices.length * size * size * 3);
    const labels = new Int32Array(indices.length * perLabel);
    for (const [n, index] of indices.entries()) {
      await setImmediate(); // a picture takes some milliseconds
      const random = new Random(seed, index).fork(`${subject} ${split}`);
      const number = drawNumber(random);
      const font = fonts[random.integer(fonts.length)] as DigitFont;
      const picture = drawStreetPicture(number, font, random, 255 * minContrast);
      const box = around(picture.digits);
      const [dx, dy] = [0.15 * box.width, 0.15 * box.height]; // 30 % more, as for SVHN
      const part = { left: box.left - dx, top: box.top - dy, width: box.width + 2 * dx, height: box.height + 2 * dy };
      data.set(cropResize(picture.pixels, part, size, size), n * size * size * 3);
      labels[n * perLabel] = Math.min(number.length, digits + 1);
      labels.set(number.slice(0, digits), n * perLabel + 1);
    }
    return {
      x: { data, shape: [indices.length, size, size, 3], dtype: 'uint8' },
      y: { data: labels, shape: [indices.length, perLabel], dtype: 'int32' },
    };
  });
}

/** Digits of a number, in the proportions of SVHN; none begins with 0. */
function drawNumber(random: Random): number[] {
  const length = 1 + draw(lengthCounts, random);
  return Array.from({ length }, (_, place) =>
    place === 0 ? 1 + draw(digitCounts.slice(1), random) : draw(digitCounts, random),
  );
}

/** An index, as probable as its count says. */
function draw(counts: readonly number[], random: Random): number {
  let left = random.uniform() * counts.reduce((sum, count) => sum + count, 0);
  const index = counts.findIndex((count) => {
    left -= count;
    return left < 0;
  });
  return index < 0 ? counts.length - 1 : index;
}
