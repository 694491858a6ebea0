import type { IdxArray } from '../../formats/idx.js';
import { decodeIdx } from '../../formats/idx.js';
import { checkInteger, checkOptions } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { formatShape } from '../../tensor/shape.js';
import type { Dataset } from '../dataset.js';
import type { HostArray } from '../types.js';
import { fromArrays } from './arrays.js';
import { readCheckedFile } from './checked_file.js';

/** A pair of IDX files, raw or gzip, as MNIST and its relatives are published. */
export interface IdxOptions {
  /** Path of the images: uint8 [count, height, width] or [count, height, width, channels]. */
  readonly images: string;
  /** Path of the labels: uint8 [count]. */
  readonly labels: string;
  /** Number of classes: labels must be below it. Default 10. */
  readonly classes?: number;
  /** SHA-256 of the files as they are stored, in hexadecimal. Default: not checked. */
  readonly sha256?: { readonly images?: string; readonly labels?: string };
}

/** An image [height, width, channels] of uint8 and its class number. */
export interface IdxSample {
  readonly x: HostArray<'uint8'>;
  readonly y: HostArray<'int32'>;
}

/**
 * Reads a dataset from IDX files; images without a channel axis get one of extent 1.
 *
 * @throws ArgumentError (rejects with) for files that cannot be read; FormatError for files that are truncated, corrupt, of another
 * kind, of another SHA-256, that hold different counts, or labels out of range.
 * @example
 * const train = await data.idx({ images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz' });
 * const batches = train.shuffle({ seed: 1 }).batch(256).prefetch(2);
 */
export async function idx(options: IdxOptions): Promise<Dataset<IdxSample>> {
  checkOptions('idx', options, ['images', 'labels', 'classes', 'sha256']);
  const { images, labels, classes = 10, sha256 = {} } = options;
  checkOptions('idx: sha256', sha256, ['images', 'labels']);
  checkInteger('idx', 'classes', classes);
  const [x, y] = await Promise.all([
    read('images', images, sha256.images, 3, 4),
    read('labels', labels, sha256.labels, 1, 1),
  ]);
  const [count, ...imageShape] = x.shape as [number, ...number[]];
  if (count !== y.data.length) {
    throw new FormatError(labels, 4, `holds ${y.data.length} labels, but ${images} holds ${count} images`);
  }
  const wrong = y.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new FormatError(
      labels,
      8 + wrong,
      `label ${y.data[wrong]} of sample ${wrong} is out of range, expected 0 to ${classes - 1}`,
    );
  }
  if (imageShape.length === 2) imageShape.push(1);
  return fromArrays({ images: x.data, imageShape, labels: y.data });
}

async function read(name: string, path: string, sha256: string | undefined, minRank: number, maxRank: number) {
  const { data, shape, dtype } = await decodeIdx(await readCheckedFile('idx', name, path, sha256), path);
  if (!(data instanceof Uint8Array)) throw new FormatError(path, 2, `holds ${dtype} elements, expected uint8 ${name}`);
  if (shape.length < minRank || shape.length > maxRank) {
    const expected = name === 'images' ? '[count, height, width] or [count, height, width, channels]' : '[count]';
    throw new FormatError(path, 3, `holds an array ${formatShape(shape)}, expected ${name} ${expected}`);
  }
  if (data.length === 0) throw new FormatError(path, 4, `holds no ${name}: ${formatShape(shape)}`);
  return { data, shape } satisfies Partial<IdxArray>;
}
