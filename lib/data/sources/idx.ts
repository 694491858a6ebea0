import { checkIdxLength, decodeIdx, decodeIdxHeader, IDX_PREFIX, type IdxHeader } from '../../formats/idx.js';
import { checkInteger, checkOptions } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { elementCount, formatShape } from '../../tensor/shape.js';
import { Dataset } from '../dataset.js';
import { gatherRows } from '../host_arrays.js';
import { sourceOrder } from '../order.js';
import type { HostArray } from '../types.js';
import { fromArrays } from './arrays.js';
import { checkLargeFile, readCheckedFile } from './checked_file.js';
import { inflatedFile } from './inflated_file.js';
import { checkMemoryLimit, DEFAULT_MEMORY_LIMIT, fileRows, fileSource } from './rows.js';

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
  /**
   * Images that take more bytes stay on disk and are read batch by batch; compressed ones are inflated once into a temporary file,
   * which the end of the process removes. Default 512 MiB.
   */
  readonly memoryLimit?: number;
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
  checkOptions('idx', options, ['images', 'labels', 'classes', 'sha256', 'memoryLimit']);
  const { images, labels, classes = 10, sha256 = {}, memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  checkOptions('idx: sha256', sha256, ['images', 'labels']);
  checkInteger('idx', 'classes', classes);
  checkMemoryLimit('idx', memoryLimit);
  const [x, y] = await Promise.all([headerOf('images', images, 3, 4), headerOf('labels', labels, 1, 1)]);
  const [count, ...imageShape] = x.shape as [number, ...number[]];
  if (count !== y.shape[0])
    throw new FormatError(labels, 4, `holds ${y.shape[0]} labels, but ${images} holds ${count} images`);
  if (imageShape.length === 2) imageShape.push(1);
  const classNumbers = await elements('labels', labels, sha256.labels);
  const wrong = classNumbers.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new FormatError(
      labels,
      8 + wrong,
      `label ${classNumbers[wrong]} of sample ${wrong} is out of range, expected 0 to ${classes - 1}`,
    );
  }
  if (x.total <= memoryLimit)
    return fromArrays({ images: await elements('images', images, sha256.images), imageShape, labels: classNumbers });
  await checkLargeFile('idx', 'images', images, sha256.images);
  const { compressed, size, total, dataStart } = x;
  const file = compressed ? await inflatedFile(images, { offset: 0, length: size, total }) : images;
  const rows = fileRows(file, dataStart, count, elementCount(imageShape));
  const targets = Int32Array.from(classNumbers);
  return new Dataset<IdxSample>(sourceOrder(count), async (indices) => ({
    x: { data: await rows.gather(indices), shape: [indices.length, ...imageShape], dtype: 'uint8' },
    y: gatherRows(targets, [], indices) as IdxSample['y'],
  }));
}

/** What a file announces, and how many bytes it has as it is stored. */
async function headerOf(name: string, path: string, minRank: number, maxRank: number) {
  const source = await fileSource('idx', name, path);
  const header: IdxHeader = decodeIdxHeader(await source.read(0, IDX_PREFIX), source.size, path);
  const { shape, type, compressed } = header;
  if (type.dtype !== 'uint8') throw new FormatError(path, 2, `holds ${type.dtype} elements, expected uint8 ${name}`);
  if (shape.length < minRank || shape.length > maxRank) {
    const expected = name === 'images' ? '[count, height, width] or [count, height, width, channels]' : '[count]';
    throw new FormatError(path, 3, `holds an array ${formatShape(shape)}, expected ${name} ${expected}`);
  }
  if (elementCount(shape) === 0) throw new FormatError(path, 4, `holds no ${name}: ${formatShape(shape)}`);
  if (!compressed) checkIdxLength(header, source.size, path);
  return { ...header, size: source.size };
}

async function elements(name: string, path: string, sha256: string | undefined): Promise<Uint8Array> {
  const { data } = await decodeIdx(await readCheckedFile('idx', name, path, sha256), path);
  return data as Uint8Array;
}
