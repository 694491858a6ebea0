// Image files (JPEG, PNG, WebP, …) as samples of one size, decoded by sharp batch by batch.
import { readFile } from 'node:fs/promises';
import { checkChoice, checkInteger, toPair } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { Dataset } from '../dataset.js';
import { sourceOrder } from '../order.js';
import { withChannels } from './channels.js';
import type { IdxSample } from './idx.js';
import { optionalPeer } from './optional_peer.js';

/** How image files become samples. */
export interface ImageFileOptions {
  /** Height and width of the samples: [height, width], or one number for both. */
  readonly size: number | readonly [number, number];
  /**
   * How an image of another shape is resized: `'cover'` (the default) fills the size and crops what is left over around the centre,
   * `'contain'` fits the image in and fills the rest with black, `'fill'` stretches it.
   */
  readonly fit?: 'cover' | 'contain' | 'fill';
  /** 3 for RGB (the default), 1 for grey. Transparent pixels are laid over black. */
  readonly channels?: 1 | 3;
  /** Images with more pixels are refused. Default 2²⁸. */
  readonly maxPixels?: number;
}

/** An image file and its class. */
export interface ImageFile {
  readonly path: string;
  readonly label: number;
}

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly error: FormatError;
}

/** The part of sharp that is used here. */
interface SharpPipeline {
  autoOrient(): SharpPipeline;
  resize(options: { width: number; height: number; fit: string; background: string }): SharpPipeline;
  flatten(options: { background: string }): SharpPipeline;
  toColourspace(space: string): SharpPipeline;
  raw(): SharpPipeline;
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Buffer; info: { channels: number } }>;
}
interface Sharp {
  (input: Uint8Array, options: { failOn: string; limitInputPixels: number; sequentialRead: boolean }): SharpPipeline;
  concurrency(threads: number): number;
}

/** Decodes files to uint8 of a shape. */
export interface ImageDecoder {
  readonly shape: readonly [height: number, width: number, channels: number];
  decode(path: string): Promise<Uint8Array>;
}

export const imageFileOptions = ['size', 'fit', 'channels', 'maxPixels'];

/** Checks the options and loads sharp. */
export async function imageDecoder(subject: string, options: ImageFileOptions): Promise<ImageDecoder> {
  const { size, fit = 'cover', channels = 3, maxPixels = 2 ** 28 } = options;
  const [height, width] = toPair(subject, 'size', size);
  checkChoice(subject, 'fit', fit, ['cover', 'contain', 'fill']);
  checkChoice(subject, 'channels', String(channels), ['1', '3']);
  checkInteger(subject, 'maxPixels', maxPixels);
  const sharp = (await optionalPeer<{ default: Sharp }>(subject, 'sharp')).default;
  sharp.concurrency(1); // files are decoded side by side already, and the processors are wanted for training
  const decode = async (path: string): Promise<Uint8Array> => {
    try {
      const { data, info } = await sharp(await readFile(path), {
        failOn: 'truncated',
        limitInputPixels: maxPixels,
        sequentialRead: true,
      })
        .autoOrient()
        .resize({ width, height, fit, background: 'black' })
        .flatten({ background: 'black' })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return withChannels(data, info.channels, channels); // grey may have stayed one channel
    } catch (cause) {
      throw new FormatError(path, 0, `cannot be decoded as an image: ${(cause as Error).message}`, { cause });
    }
  };
  return { decode, shape: [height, width, channels] as const };
}

/** Image files with classes. The decorators of Dataset give plain datasets. */
export class ImageDataset extends Dataset<IdxSample> {
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** The files, in the order of the source: a batch's `indices` count here. */
  readonly files: readonly ImageFile[];
  /** Files that were left out because they cannot be decoded. */
  readonly skipped: readonly SkippedFile[];

  constructor(
    classes: readonly string[],
    files: readonly ImageFile[],
    skipped: readonly SkippedFile[],
    { decode, shape }: ImageDecoder,
  ) {
    super(sourceOrder(files.length), async (indices) => {
      const images = await Promise.all(Array.from(indices, (index) => decode((files[index] as ImageFile).path)));
      const size = shape[0] * shape[1] * shape[2];
      const data = new Uint8Array(indices.length * size);
      images.forEach((image, i) => {
        data.set(image, i * size);
      });
      const labels = Int32Array.from(indices, (index) => (files[index] as ImageFile).label);
      return {
        x: { data, shape: [indices.length, ...shape], dtype: 'uint8' },
        y: { data: labels, shape: [indices.length], dtype: 'int32' },
      };
    });
    this.classes = classes;
    this.files = files;
    this.skipped = skipped;
  }
}

/**
 * A dataset of image files.
 *
 * @param skipCorrupt decodes every file once, and leaves out those that cannot be
 * @throws FormatError (rejects with) when none can
 */
export async function imageDataset(
  classes: readonly string[],
  files: readonly ImageFile[],
  decoder: ImageDecoder,
  skipCorrupt: boolean,
): Promise<ImageDataset> {
  if (!skipCorrupt) return new ImageDataset(classes, files, [], decoder);
  const skipped: SkippedFile[] = [];
  const sound: ImageFile[] = [];
  for (let start = 0; start < files.length; start += 8) {
    const some = files.slice(start, start + 8);
    const results = await Promise.allSettled(some.map((file) => decoder.decode(file.path)));
    results.forEach((result, i) => {
      const file = some[i] as ImageFile;
      if (result.status === 'fulfilled') sound.push(file);
      else skipped.push({ path: file.path, error: result.reason as FormatError });
    });
  }
  if (sound.length === 0) throw skipped[0]?.error;
  return new ImageDataset(classes, sound, skipped, decoder);
}
