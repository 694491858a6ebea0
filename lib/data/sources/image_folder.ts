// A folder with a folder of images for every class: photos/cat/1.jpg, photos/cat/2.png, photos/dog/1.webp …
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { checkBoolean, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import {
  type ImageDataset,
  type ImageFile,
  type ImageFileOptions,
  imageDataset,
  imageDecoder,
  imageFileOptions,
} from './image_files.js';

/** A folder of class folders. */
export interface ImageFolderOptions extends ImageFileOptions {
  readonly folder: string;
  /** Names of the class folders, in the order of the labels. Default: all folders, sorted by name. */
  readonly classes?: readonly string[];
  /**
   * What to do with files that cannot be decoded. false (the default): the batch they fall into rejects, naming the file. true: all files
   * are decoded once at the start, and those that fail are left out and listed in `skipped`.
   */
  readonly skipCorrupt?: boolean;
}

const extensions = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif']);

/**
 * Images in a folder of class folders, decoded batch by batch by the package `sharp`. The label of an image is the position of its
 * folder among the class names in order. Folders within a class folder count; names that begin with a dot do not.
 *
 * @throws ArgumentError (rejects with) for invalid options, a folder that cannot be read, classes without images, or where sharp is not
 * installed; batches reject with a FormatError naming a file that cannot be decoded.
 * @example
 * const photos = await data.imageFolder({ folder: 'photos', size: 64 });
 * const [train, test] = photos.split(0.9, { seed: 1 });
 * photos.classes; // ['cat', 'dog']
 */
export async function imageFolder(options: ImageFolderOptions): Promise<ImageDataset> {
  checkOptions('imageFolder', options, ['folder', 'classes', 'skipCorrupt', ...imageFileOptions]);
  const { folder, skipCorrupt = false } = options;
  if (typeof folder !== 'string' || folder === '')
    throw new ArgumentError(`imageFolder: folder must be a path, but received ${show(folder)}`);
  checkBoolean('imageFolder', 'skipCorrupt', skipCorrupt);
  const decoder = await imageDecoder('imageFolder', options);
  const folders = (await list(folder)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const classes = options.classes ?? folders.sort();
  if (!Array.isArray(classes) || classes.length === 0)
    throw new ArgumentError(`imageFolder: expected class folders in '${folder}', but it has none`);
  const files: ImageFile[] = [];
  for (const [label, name] of classes.entries()) {
    if (!folders.includes(name)) throw new ArgumentError(`imageFolder: '${folder}' has no folder ${show(name)}`);
    const found = await imagesIn(path.join(folder, name));
    if (found.length === 0) throw new ArgumentError(`imageFolder: '${path.join(folder, name)}' holds no images`);
    for (const file of found) files.push({ path: file, label });
  }
  return imageDataset(classes, files, decoder, skipCorrupt);
}

/** Images in a folder and those below, sorted by name. */
async function imagesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await list(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await imagesIn(file)));
    else if (extensions.has(path.extname(entry.name).toLowerCase())) found.push(file);
  }
  return found;
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (cause) {
    throw new ArgumentError(`imageFolder: cannot read '${folder}': ${(cause as Error).message}`, { cause });
  }
}
