// What a channel of a layer looks for: the parts of photographs that excite it most (Zeiler & Fergus 2013, arXiv 1311.2901, figure 2;
// Girshick et al. 2014, arXiv 1311.2524, section 3.1). Each photograph gives its strongest unit at most, and the part of it that the
// unit sees: its receptive field.
import type { BatchSource, HostArray } from '../data/types.js';
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { checkDataset } from '../training/options.js';
import { contactSheet, type Section, type Tile } from './contact_sheet.js';
import { type Box, crop, toImage8 } from './image8.js';
import { activationsOf, checkImageModel, imageOf, mapLayer } from './inspect.js';
import { receptiveField } from './receptive_field.js';
import { Visualization } from './visualization.js';

/** Options of `topPatches`. */
export interface TopPatchesOptions {
  /** Path of a layer with maps [height, width, channels]; after its activation is best. */
  readonly layer: string;
  /** Which channels, default all. */
  readonly channels?: readonly number[];
  /** Patches for each channel, default 9. */
  readonly count?: number;
}

/** A part of an image that excites a channel. */
export interface Patch {
  /** Of the image, in the data's source. */
  readonly index: number;
  readonly activation: number;
  /** The unit's [row, column] in the layer's maps. */
  readonly position: readonly [row: number, column: number];
  /** What the unit sees of the image. */
  readonly box: Box;
  /** That part of the image. */
  readonly picture: Image8;
}

/** The strongest patches of channels; the numbers are their activations, [channels, count]. */
export class TopPatches extends Visualization<readonly [channels: number, count: number]> {
  readonly layer: string;
  readonly channels: readonly number[];
  /** For each channel its patches, the strongest first. */
  readonly patches: readonly (readonly Patch[])[];

  /** @internal */
  constructor(layer: string, channels: readonly number[], patches: readonly (readonly Patch[])[]) {
    const count = patches[0]?.length ?? 0;
    const activations = patches.flatMap((own) => own.map(({ activation }) => activation));
    super(Float32Array.from(activations), [channels.length, count]);
    this.layer = layer;
    this.channels = channels;
    this.patches = patches;
  }

  /** A row of patches for each channel. */
  image(): Image8 {
    return contactSheet([this.section()]);
  }

  /** A row of patches for each channel, for a sheet of several layers. */
  section(options: { readonly heading?: string; readonly scale?: number } = {}): Section {
    const tiles = this.patches.flatMap((own): Tile[] => own.map(({ picture }) => picture));
    const side = Math.max(1, ...tiles.map(({ height }) => height));
    return {
      heading: options.heading ?? this.layer,
      tiles,
      columns: Math.max(1, this.shape[1]),
      scale: options.scale ?? Math.max(1, Math.round(48 / side)),
    };
  }
}

/**
 * The parts of images that excite channels of a layer most.
 *
 * @param dataset images of bytes, or float32 images, each of which is then stretched on its own to black and white in the pictures
 * @param options.count patches for each channel; no more than there are images
 * @throws (rejects with) ArgumentError for options or a layer that do not fit, ShapeError for images that do not fit
 * @example
 * const patches = await vis.topPatches(model, test.batch(256), { layer: 'features.12', channels: [0, 1, 2] });
 * await writeFile('patches.png', patches.png());
 */
export async function topPatches(model: Model, dataset: BatchSource, options: TopPatchesOptions): Promise<TopPatches> {
  checkImageModel('topPatches', model);
  checkDataset('topPatches', 'dataset', dataset);
  checkOptions('topPatches', options, ['layer', 'channels', 'count']);
  const { layer, count = 9 } = options;
  const { outputShape } = mapLayer('topPatches', model, layer);
  const [height, width, channels] = outputShape as readonly [number, number, number];
  checkInteger('topPatches', 'count', count);
  const chosen = options.channels ?? Array.from({ length: channels }, (_, c) => c);
  if (!Array.isArray(chosen) || !chosen.every((c) => Number.isInteger(c) && c >= 0 && c < channels))
    throw new ArgumentError(
      `topPatches: channels must be an array of numbers from 0 to ${channels - 1}, but received ${show(chosen)}`,
    );

  const found = chosen.map((): (Omit<Patch, 'box' | 'picture'> & { readonly image: HostArray })[] => []);
  for await (const { x, indices } of dataset.batches()) {
    const [maps] = await activationsOf(model, x, [layer]);
    for (const [row, index] of indices.entries())
      for (const [i, channel] of chosen.entries()) {
        const strongest = found[i] as (typeof found)[number];
        const { place, activation } = strongestPlace(
          maps?.data as Float32Array,
          row,
          height * width,
          channels,
          channel,
        );
        const last = strongest.at(-1);
        if (strongest.length === count && last && last.activation >= activation) continue;
        const position = [Math.floor(place / width), place % width] as const;
        strongest.push({ index, activation, position, image: imageOf(x, row) });
        strongest.sort((a, b) => b.activation - a.activation || a.index - b.index);
        strongest.length = Math.min(strongest.length, count);
      }
  }
  const patches = found.map((own) =>
    own.map(({ image, ...patch }): Patch => {
      const box = receptiveField(model, { layer, position: patch.position });
      return { ...patch, box, picture: crop(toImage8(image.data, image.shape), box) };
    }),
  );
  return new TopPatches(layer, chosen, patches);
}

/** Where a channel of one image's maps is largest. */
function strongestPlace(maps: Float32Array, row: number, places: number, channels: number, channel: number) {
  let [place, activation] = [0, Number.NEGATIVE_INFINITY];
  for (let p = 0, at = row * places * channels + channel; p < places; p++, at += channels) {
    const value = maps[at] as number;
    if (value > activation) [place, activation] = [p, value];
  }
  return { place, activation };
}
