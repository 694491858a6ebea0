// Street View House Numbers, format 2 (Netzer et al. 2011): cropped digits in a MAT-file of version 5,
//
//   X   uint8 32 × 32 × 3 × N, column-major: an image is 3072 consecutive bytes, rows fastest, then columns, then channels
//   y   N × 1 class numbers, 10 stands for the digit 0
import type { ByteSource } from '../../formats/byte_source.js';
import { checkNumbers, type MatEntry, matEntries, matNumbers } from '../../formats/mat.js';
import { checkOptions } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { formatShape } from '../../tensor/shape.js';
import type { Dataset } from '../dataset.js';
import type { IdxSample } from './idx.js';
import { inflatedFile } from './inflated_file.js';
import { imageRecords } from './planar.js';
import { checkMemoryLimit, DEFAULT_MEMORY_LIMIT, fileRows, fileSource, memoryRows, type Rows } from './rows.js';

/** A file of SVHN's cropped digits. */
export interface SvhnOptions {
  /** Path of train_32x32.mat, test_32x32.mat or extra_32x32.mat. */
  readonly file: string;
  /**
   * Images that take more bytes stay on disk and are read batch by batch; compressed ones are inflated once into a temporary file,
   * which the end of the process removes. Default 512 MiB.
   */
  readonly memoryLimit?: number;
}

const IMAGE = 3072;

/**
 * Reads SVHN's cropped digits (format 2): images [32, 32, 3] of uint8, and the digits themselves as labels.
 *
 * @throws ArgumentError (rejects with) for a file that cannot be read; FormatError for one that is truncated, corrupt, of another kind,
 * or holds labels out of range.
 * @example
 * const train = await data.svhn({ file: 'train_32x32.mat' });
 */
export async function svhn(options: SvhnOptions): Promise<Dataset<IdxSample>> {
  checkOptions('svhn', options, ['file', 'memoryLimit']);
  const { file, memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  checkMemoryLimit('svhn', memoryLimit);
  const source = await fileSource('svhn', 'file', file);
  const entries = await matEntries(source, file);
  const find = (name: string): MatEntry => {
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) throw new FormatError(file, 128, `has no variable '${name}'`);
    checkNumbers(entry, file);
    return entry;
  };
  const [images, numbers] = [find('X'), find('y')];
  const [height, width, channels, count = 1] = images.shape;
  if (
    height !== 32 ||
    width !== 32 ||
    channels !== 3 ||
    images.shape.length > 4 ||
    images.dataType !== 2 ||
    count === 0
  )
    throw new FormatError(file, 128, `X is ${formatShape(images.shape)}, expected uint8 [32, 32, 3, count]`);
  const y = await matNumbers(source, numbers, file);
  if (y.length !== count) throw new FormatError(file, 128, `y has ${y.length} labels, but X ${count} images`);
  const labels = Int32Array.from({ length: count }, (_, i) => {
    const label = Number(y[i]);
    if (!Number.isInteger(label) || label < 1 || label > 10)
      throw new FormatError(file, 128, `label ${label} of image ${i} is out of range, expected 1 to 10`);
    return label % 10;
  });
  const rows = await imageRows(source, images, file, count, memoryLimit);
  return imageRecords(rows, { start: 0, height: 32, width: 32, channels: 3, strides: [1, 32, 1024] }, labels);
}

async function imageRows(
  source: ByteSource,
  images: MatEntry,
  file: string,
  count: number,
  limit: number,
): Promise<Rows> {
  if (images.dataBytes <= limit) {
    return memoryRows((await matNumbers(source, images, file)) as Uint8Array, IMAGE);
  }
  if (images.compressed === undefined) return fileRows(file, images.dataOffset, count, IMAGE);
  const inflated = await inflatedFile(file, { ...images.compressed, total: images.elementBytes });
  return fileRows(inflated, images.dataOffset, count, IMAGE);
}
