// Street View House Numbers, format 1 (Netzer et al. 2011): whole pictures with a box for every digit, prepared as Goodfellow et al.
// 2013 do ("Multi-digit number recognition from Street View imagery", https://arxiv.org/abs/1312.6082): the smallest box around all
// digits, grown by 30 % about its centre, cropped and resized to 64 × 64. What lies outside the picture is black.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePng } from '../../formats/png_decode.js';
import { checkInteger, checkNumber, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError, FormatError } from '../../tensor/errors.js';
import { Dataset } from '../dataset.js';
import { sourceOrder } from '../order.js';
import { withChannels } from './channels.js';
import { type Box, cropResize } from './crop_resize.js';
import { type DigitPicture, readDigitStruct } from './digit_struct.js';
import type { IdxSample } from './idx.js';

/** A folder of SVHN's format 1. */
export interface SvhnFullOptions {
  /** Holds digitStruct.mat and the PNG files it names. */
  readonly folder: string;
  /** Height and width of the samples. Default 64. */
  readonly size?: number;
  /** How much larger the crop is than the box around all digits, per axis. Default 0.3. */
  readonly expand?: number;
  /** Digits a label holds: longer numbers get the length `digits + 1`. Default 5. */
  readonly digits?: number;
}

const MAX_PIXELS = 2 ** 26;

/**
 * Reads SVHN's whole numbers (format 1), decoding pictures batch by batch: images [size, size, 3] of uint8, and int32 labels
 * [1 + digits] as `digitSequenceLoss` takes them: the length, then the digits, then zeros. Needs the package `h5wasm`.
 *
 * @throws ArgumentError (rejects with) for invalid options, files that cannot be read, or where h5wasm is not installed; FormatError for
 * a digitStruct.mat that is corrupt or names pictures outside the folder; batches reject with a FormatError naming a corrupt picture.
 * @example
 * const train = await data.svhnFull({ folder: 'svhn/train' });
 */
export async function svhnFull(options: SvhnFullOptions): Promise<Dataset<IdxSample>> {
  checkOptions('svhnFull', options, ['folder', 'size', 'expand', 'digits']);
  const { folder, size = 64, expand = 0.3, digits = 5 } = options;
  if (typeof folder !== 'string' || folder === '')
    throw new ArgumentError(`svhnFull: folder must be a path, but received ${show(folder)}`);
  checkInteger('svhnFull', 'size', size);
  checkNumber('svhnFull', 'expand', expand, 0, 10);
  checkInteger('svhnFull', 'digits', digits);
  const structure = path.join(folder, 'digitStruct.mat');
  const pictures = await readDigitStruct('svhnFull', structure);
  if (pictures.length === 0) throw new FormatError(structure, 512, 'names no pictures');
  for (const { name, digits: boxes } of pictures) {
    if (boxes.length === 0) throw new FormatError(structure, 512, `'${name}' has no digits`);
    if (!/^[\w-][\w.-]*$/.test(name))
      throw new FormatError(structure, 512, `picture ${show(name)} leads out of '${folder}'`);
  }
  const perLabel = 1 + digits;
  return new Dataset<IdxSample>(sourceOrder(pictures.length), async (indices) => {
    const chosen = Array.from(indices, (index) => pictures[index] as DigitPicture);
    const crops = await Promise.all(chosen.map((picture) => crop(folder, picture, size, expand)));
    const data = new Uint8Array(indices.length * size * size * 3);
    const labels = new Int32Array(indices.length * perLabel);
    chosen.forEach((picture, n) => {
      data.set(crops[n] as Uint8Array, n * size * size * 3);
      const { length } = picture.digits;
      labels[n * perLabel] = Math.min(length, digits + 1);
      for (let d = 0; d < Math.min(length, digits); d++)
        labels[n * perLabel + 1 + d] = (picture.digits[d] as { digit: number }).digit;
    });
    return {
      x: { data, shape: [indices.length, size, size, 3], dtype: 'uint8' },
      y: { data: labels, shape: [indices.length, perLabel], dtype: 'int32' },
    };
  });
}

async function crop(folder: string, picture: DigitPicture, size: number, expand: number): Promise<Uint8Array> {
  const file = path.join(folder, picture.name);
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new FormatError(file, 0, `cannot be read: ${cause.message}`, { cause });
  });
  const image = await decodePng(bytes, { file, maxPixels: MAX_PIXELS });
  return withChannels(cropResize(image, boxAround(picture, expand), size, size), image.channels, 3);
}

/** The smallest box around all digits, grown about its centre. */
function boxAround({ digits }: DigitPicture, expand: number): Box {
  const left = Math.min(...digits.map((box) => box.left));
  const top = Math.min(...digits.map((box) => box.top));
  const width = Math.max(...digits.map((box) => box.left + box.width)) - left;
  const height = Math.max(...digits.map((box) => box.top + box.height)) - top;
  return {
    left: left - (expand / 2) * width,
    top: top - (expand / 2) * height,
    width: width * (1 + expand),
    height: height * (1 + expand),
  };
}
