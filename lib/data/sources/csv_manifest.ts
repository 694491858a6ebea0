// A CSV file that names image files and their classes:  path,label / cats/1.jpg,cat / dogs/7.png,dog
import path from 'node:path';
import { type CsvRecord, decodeCsv } from '../../formats/csv.js';
import { checkBoolean, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError, FormatError } from '../../tensor/errors.js';
import { readCheckedFile } from './checked_file.js';
import {
  type ImageDataset,
  type ImageFile,
  type ImageFileOptions,
  imageDataset,
  imageDecoder,
  imageFileOptions,
} from './image_files.js';

/** A CSV file and how to read it. */
export interface CsvManifestOptions extends ImageFileOptions {
  /** Path of the CSV file; its first record names the columns. */
  readonly file: string;
  /** Folder the paths in the file start from, and must not leave. Default: the CSV file's. */
  readonly root?: string;
  /** Name of the column with paths. Default 'path'. */
  readonly pathColumn?: string;
  /** Name of the column with class names. Default 'label'. */
  readonly labelColumn?: string;
  /** Class names, in the order of the labels; others are an error. Default: all that occur, sorted. */
  readonly classes?: readonly string[];
  /** As for `imageFolder`. Default false. */
  readonly skipCorrupt?: boolean;
}

/**
 * Images named by a CSV file, decoded batch by batch by the package `sharp`.
 *
 * @throws ArgumentError (rejects with) for invalid options, a file that cannot be read, or where sharp is not installed; FormatError
 * for a CSV file that is malformed, lacks a column, or names a path outside `root` or an unknown class; batches reject with a FormatError
 * naming a file that cannot be decoded.
 * @example
 * const signs = await data.csvManifest({ file: 'signs/train.csv', pathColumn: 'image', labelColumn: 'sign', size: 48 });
 */
export async function csvManifest(options: CsvManifestOptions): Promise<ImageDataset> {
  const known = ['file', 'root', 'pathColumn', 'labelColumn', 'classes', 'skipCorrupt', ...imageFileOptions];
  checkOptions('csvManifest', options, known);
  const { file, pathColumn = 'path', labelColumn = 'label', skipCorrupt = false } = options;
  checkBoolean('csvManifest', 'skipCorrupt', skipCorrupt);
  const decoder = await imageDecoder('csvManifest', options);
  const [head, ...records] = decodeCsv(await readCheckedFile('csvManifest', 'file', file), file);
  if (head === undefined || records.length === 0) throw new FormatError(file, 0, 'holds no records below its header');
  const column = (name: string): number => {
    const index = head.fields.indexOf(name);
    if (index < 0) throw new FormatError(file, 0, `has no column ${show(name)}; it has ${head.fields.join(', ')}`);
    return index;
  };
  const [pathAt, labelAt] = [column(pathColumn), column(labelColumn)];
  for (const { fields, offset } of records)
    if (fields.length !== head.fields.length)
      throw new FormatError(file, offset, `record has ${fields.length} fields, but the header ${head.fields.length}`);
  const names = records.map(({ fields }) => fields[labelAt] as string);
  const classes = options.classes ?? [...new Set(names)].sort();
  if (!Array.isArray(classes))
    throw new ArgumentError(`csvManifest: classes must be names, but received ${show(classes)}`);
  const root = path.resolve(options.root ?? path.dirname(file));
  const files = records.map((record, i): ImageFile => {
    const label = classes.indexOf(names[i] as string);
    if (label < 0)
      throw new FormatError(file, record.offset, `class ${show(names[i])} is none of ${classes.join(', ')}`);
    return { path: inside(root, record, pathAt, file), label };
  });
  return imageDataset(classes, files, decoder, skipCorrupt);
}

/** @throws FormatError for a path that leaves the root: a manifest from elsewhere must not reach other files. */
function inside(root: string, { fields, offset }: CsvRecord, column: number, file: string): string {
  const given = fields[column] as string;
  const resolved = path.resolve(root, given);
  const relative = path.relative(root, resolved);
  if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative) || given.includes('\0'))
    throw new FormatError(file, offset, `path ${show(given)} leads out of '${root}'`);
  return resolved;
}
