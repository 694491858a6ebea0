// The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records without any header,
//
//   CIFAR-10    label | 1024 red | 1024 green | 1024 blue,          3073 bytes
//   CIFAR-100   coarse label | fine label | the same 3072,          3074 bytes
//
// each plane 32 × 32 in row-major order.
import { readFile } from 'node:fs/promises';
import { checkChoice, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError, FormatError } from '../../tensor/errors.js';
import type { Dataset } from '../dataset.js';
import type { IdxSample } from './idx.js';
import { imageRecords } from './planar.js';
import {
  checkMemoryLimit,
  concatRows,
  DEFAULT_MEMORY_LIMIT,
  fileRows,
  fileSize,
  forEachRows,
  memoryRows,
} from './rows.js';

/** Files of the binary version of CIFAR. */
export interface CifarOptions {
  /** Paths, e.g. of data_batch_1.bin … data_batch_5.bin; their records follow one another. */
  readonly files: readonly string[];
  /** What a record's label says: one of CIFAR-10's classes (the default), of CIFAR-100's 100 fine ones, or of its 20 coarse ones. */
  readonly labels?: 'cifar10' | 'fine' | 'coarse';
  /** Files that are larger together, in bytes, stay on disk and are read batch by batch. Default 512 MiB. */
  readonly memoryLimit?: number;
}

const PIXELS = 3072;
const formats = {
  cifar10: { labelBytes: 1, at: 0, classes: 10 },
  coarse: { labelBytes: 2, at: 0, classes: 20 },
  fine: { labelBytes: 2, at: 1, classes: 100 },
};

/**
 * Reads CIFAR-10 or CIFAR-100 from files of the binary version: images [32, 32, 3] of uint8.
 *
 * @throws ArgumentError (rejects with) for files that cannot be read; FormatError for files that are no whole number of records, and
 * for labels out of range.
 * @example
 * const train = await data.cifar({ files: [1, 2, 3, 4, 5].map((i) => `cifar-10-batches-bin/data_batch_${i}.bin`) });
 */
export async function cifar(options: CifarOptions): Promise<Dataset<IdxSample>> {
  checkOptions('cifar', options, ['files', 'labels', 'memoryLimit']);
  const { files, labels = 'cifar10', memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  checkChoice('cifar', 'labels', labels, ['cifar10', 'fine', 'coarse']);
  checkMemoryLimit('cifar', memoryLimit);
  if (!Array.isArray(files) || files.length === 0)
    throw new ArgumentError(`cifar: files must be an array of paths, but received ${show(files)}`);
  const { labelBytes, at, classes } = formats[labels];
  const record = labelBytes + PIXELS;
  const sizes = await Promise.all(files.map((file) => fileSize('cifar', 'a file', file)));
  sizes.forEach((size, i) => {
    if (size === 0 || size % record !== 0)
      throw new FormatError(
        files[i] as string,
        size - (size % record),
        `${size} bytes are not one or more records of ${record}`,
      );
  });
  const inMemory = sizes.reduce((sum, size) => sum + size, 0) <= memoryLimit;
  const parts = await Promise.all(
    files.map(async (file, i) =>
      inMemory ? memoryRows(await readFile(file), record) : fileRows(file, 0, (sizes[i] as number) / record, record),
    ),
  );
  const rows = concatRows(parts);
  const targets = new Int32Array(rows.count);
  let start = 0;
  for (const [i, part] of parts.entries()) {
    await forEachRows(part, (records, first) => {
      for (let n = 0; n * record < records.length; n++) {
        const label = records[n * record + at] as number;
        if (label >= classes)
          throw new FormatError(
            files[i] as string,
            (first + n) * record + at,
            `label ${label} of record ${first + n} is out of range, expected 0 to ${classes - 1}`,
          );
        targets[start + first + n] = label;
      }
    });
    start += part.count;
  }
  const layout = { start: labelBytes, height: 32, width: 32, channels: 3, strides: [32, 1, 1024] } as const;
  return imageRecords(rows, layout, targets);
}
