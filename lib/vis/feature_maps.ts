// What the layers of a network make of one image: every channel of a layer as a picture, stretched on its own to black and white.
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { contactSheet, type Section, type Tile } from './contact_sheet.js';
import { HeatMap } from './heat_map.js';
import { shrink, toImage8 } from './image8.js';
import { activationsOf, checkImageModel, checkImages, mapLayer, mapLayers } from './inspect.js';
import { Visualization } from './visualization.js';

/** Options of `featureMaps`. */
export interface FeatureMapsOptions<Path extends string = string> {
  /** Paths of layers; default all that put out maps [height, width, channels]. */
  readonly layers?: readonly Path[];
}

/** Which channels of a layer are shown, and how. */
export interface FeatureMapTiles {
  /** How many channels; default all. */
  readonly count?: number;
  /** The first ones (the default), or those of the largest mean activation, the largest first. */
  readonly order?: 'channel' | 'strength';
}

/** How a layer's maps stand on a sheet of several layers. */
export interface FeatureMapSection extends FeatureMapTiles {
  /** Default the layer's path and the shape of its maps. */
  readonly heading?: string;
  /** Tiles in a row, default as many as there are rows. */
  readonly columns?: number;
  /** Pixels to which maps are enlarged or reduced in height, by a whole factor; default 64. */
  readonly tileHeight?: number;
}

/** The output of one layer for one image: [height, width, channels]. */
export class FeatureMaps extends Visualization<readonly [height: number, width: number, channels: number]> {
  /** Path of the layer. */
  readonly layer: string;

  constructor(layer: string, data: Float32Array, shape: readonly [number, number, number]) {
    super(data, shape);
    this.layer = layer;
  }

  /** One channel. @throws ArgumentError unless it is one of the layer's */
  channel(index: number): HeatMap {
    const [height, width, channels] = this.shape;
    checkInteger('FeatureMaps.channel', 'index', index, 0);
    if (index >= channels)
      throw new ArgumentError(
        `FeatureMaps.channel: layer '${this.layer}' has ${channels} channels, but received ${index}`,
      );
    const data = Float32Array.from({ length: height * width }, (_, at) => this.data[at * channels + index] as number);
    return new HeatMap(data, [height, width], 'grey');
  }

  /** Channels as grey pictures, each with its number as caption. @throws ArgumentError for invalid options */
  tiles(options: FeatureMapTiles = {}): Tile[] {
    checkOptions('FeatureMaps.tiles', options, ['count', 'order']);
    const [height, width, channels] = this.shape;
    const { count = channels, order = 'channel' } = options;
    checkInteger('FeatureMaps.tiles', 'count', count);
    const indices = Array.from({ length: channels }, (_, c) => c);
    if (order === 'strength') {
      const sums = new Float64Array(channels);
      for (const [at, value] of this.data.entries()) sums[at % channels] = (sums[at % channels] as number) + value;
      indices.sort((a, b) => (sums[b] as number) - (sums[a] as number) || a - b);
    } else if (order !== 'channel') {
      throw new ArgumentError(`FeatureMaps.tiles: order must be 'channel' or 'strength', but received ${show(order)}`);
    }
    return indices
      .slice(0, count)
      .map((c) => ({ ...toImage8(this.channel(c).data, [height, width]), caption: String(c) }));
  }

  /** All channels on a sheet that is about square. */
  image(): Image8 {
    return contactSheet([this.section()]);
  }

  /** The channels under the layer's path, for a sheet of several layers. */
  section(options: FeatureMapSection = {}): Section {
    checkOptions('FeatureMaps.section', options, ['count', 'order', 'columns', 'heading', 'tileHeight']);
    const { columns, heading, tileHeight = 64, ...which } = options;
    checkInteger('FeatureMaps.section', 'tileHeight', tileHeight);
    const [height, width, channels] = this.shape;
    const factor = Math.ceil(height / tileHeight);
    const tiles = this.tiles(which).map(({ caption: _, ...tile }) => shrink(tile, factor));
    return {
      heading: heading ?? `${this.layer}: ${height}×${width}×${channels}`,
      tiles,
      columns: columns ?? Math.ceil(Math.sqrt(tiles.length)),
      scale: Math.max(1, Math.floor(tileHeight / height)),
    };
  }
}

/**
 * What the layers of a model put out for an image. Layers that were fused run one by one, so that a convolution's maps are those
 * before its activation.
 *
 * @param image [1, height, width, channels]
 * @returns the maps of each layer by its path, in forward order by default
 * @throws (rejects with) ArgumentError for options that are invalid or no layers with maps, ShapeError for an image that does not fit
 * @example
 * const { 'features.3': maps } = await vis.featureMaps(model, image, { layers: ['features.3'] });
 * await writeFile('maps.png', maps.png());
 */
export async function featureMaps<Path extends string = string>(
  model: Model,
  image: Tensor,
  options: FeatureMapsOptions<Path> = {},
): Promise<Record<Path, FeatureMaps>> {
  checkImageModel('featureMaps', model);
  checkImages('featureMaps', 'image', model, image, 1);
  checkOptions('featureMaps', options, ['layers']);
  const layers = options.layers ?? (mapLayers(model) as Path[]);
  if (!Array.isArray(layers))
    throw new ArgumentError(`featureMaps: layers must be an array of paths, but received ${show(layers)}`);
  for (const path of layers) mapLayer('featureMaps', model, path);
  const found = await activationsOf(model, image, layers);
  const maps = found.map(({ data, shape }, i) => {
    const [height, width, channels] = shape.slice(1) as [number, number, number];
    return [layers[i], new FeatureMaps(layers[i] as string, data, [height, width, channels])];
  });
  return Object.fromEntries(maps) as Record<Path, FeatureMaps>;
}
