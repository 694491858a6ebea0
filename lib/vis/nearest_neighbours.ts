// Which images a network takes to be alike: those whose activations in some layer are closest (Krizhevsky et al. 2012, section 6.1).
import type { BatchSource, HostArray } from '../data/types.js';
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { checkChoice, checkInteger, checkOptions } from '../tensor/arguments.js';
import { dtypeOf } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDataset } from '../training/options.js';
import type { Tile } from './contact_sheet.js';
import { toImage8 } from './image8.js';
import { checkImageModel, checkImages, imageOf, layerOf } from './inspect.js';
import { montage } from './montage.js';
import { pooledActivations, squaredDistance } from './pooled.js';
import { Visualization } from './visualization.js';

/** Options of `nearestNeighbours`. */
export interface NearestNeighboursOptions {
  /** Path of the layer whose activations are compared. */
  readonly layer: string;
  /** Neighbours of each image, default 8. */
  readonly count?: number;
  /** `'euclidean'` (default) or `'cosine'`: 1 − the cosine of the angle between two activations. */
  readonly distance?: 'euclidean' | 'cosine';
  /** Maps are averaged to this height and width before they are compared, default 1. */
  readonly pooledSize?: number;
}

/** An image of the data that is close to a query. */
export interface Neighbour {
  /** Of the image, in the data's source. */
  readonly index: number;
  readonly distance: number;
  readonly picture: Image8;
}

/** The neighbours of queries; the numbers are their distances, [queries, count]. */
export class NearestNeighbours extends Visualization<readonly [queries: number, count: number]> {
  readonly layer: string;
  /** For each query its neighbours, the nearest first. */
  readonly neighbours: readonly (readonly Neighbour[])[];
  readonly #queries: readonly Image8[];

  /** @internal */
  constructor(layer: string, queries: readonly Image8[], neighbours: readonly (readonly Neighbour[])[]) {
    const distances = neighbours.flatMap((own) => own.map(({ distance }) => distance));
    super(Float32Array.from(distances), [queries.length, neighbours[0]?.length ?? 0]);
    this.layer = layer;
    this.neighbours = neighbours;
    this.#queries = queries;
  }

  /** A row for each query: itself, a gap, its neighbours. */
  image(): Image8 {
    const gap: Tile = { width: 8, height: 64, channels: 1, data: new Uint8Array(512).fill(250) };
    const rows = this.#queries.map((query, q) => ({
      tiles: [query, gap, ...(this.neighbours[q] ?? []).map(({ picture }) => picture)],
    }));
    return montage(rows, { tileHeight: 64 });
  }
}

/**
 * The images of a dataset whose activations are nearest to those of the queries.
 *
 * @param dataset where neighbours are sought
 * @param queries [batch, height, width, channels]
 * @throws (rejects with) ArgumentError for options or a layer that do not fit, ShapeError for images that do not fit
 * @example
 * const found = await vis.nearestNeighbours(model, train.batch(256), images, { layer: 'classifier.4', count: 6 });
 * await writeFile('neighbours.png', found.png());
 */
export async function nearestNeighbours(
  model: Model,
  dataset: BatchSource,
  queries: Tensor,
  options: NearestNeighboursOptions,
): Promise<NearestNeighbours> {
  const subject = 'nearestNeighbours';
  checkImageModel(subject, model);
  checkDataset(subject, 'dataset', dataset);
  checkImages(subject, 'queries', model, queries);
  checkOptions(subject, options, ['layer', 'count', 'distance', 'pooledSize']);
  const { layer, count = 8, distance = 'euclidean', pooledSize = 1 } = options;
  layerOf(subject, model, layer);
  checkInteger(subject, 'count', count);
  checkChoice(subject, 'distance', distance, ['euclidean', 'cosine']);
  checkInteger(subject, 'pooledSize', pooledSize);

  const rowsOf = async (x: HostArray | Tensor): Promise<Float32Array[]> => {
    const [found] = await pooledActivations(model, x, [layer], pooledSize);
    const { data, shape } = found as { data: Float32Array; shape: readonly number[] };
    const [batch = 0, length = 0] = shape;
    const rows = Array.from({ length: batch }, (_, n) => data.subarray(n * length, (n + 1) * length));
    return distance === 'cosine' ? rows.map(unitLength) : rows;
  };
  const wanted = await rowsOf(queries);
  const nearest = wanted.map((): (Omit<Neighbour, 'picture'> & { readonly image: HostArray })[] => []);
  for await (const { x, indices } of dataset.batches())
    for (const [row, features] of (await rowsOf(x)).entries())
      for (const [q, query] of wanted.entries()) {
        const own = nearest[q] as (typeof nearest)[number];
        const squares = squaredDistance(query, features);
        const apart = distance === 'cosine' ? squares / 2 : Math.sqrt(squares); // |a − b|² = 2 − 2 cos of two unit vectors
        const last = own.at(-1);
        if (own.length === count && last && last.distance <= apart) continue;
        own.push({ index: indices[row] as number, distance: apart, image: imageOf(x, row) });
        own.sort((a, b) => a.distance - b.distance || a.index - b.index);
        own.length = Math.min(own.length, count);
      }
  const values = await queries.data();
  const pixels = { data: values, shape: queries.shape, dtype: dtypeOf(values) };
  const pictures = wanted.map((_, q) => imageOf(pixels, q)).map(({ data, shape }) => toImage8(data, shape));
  const found = nearest.map((own) =>
    own.map(({ image, ...rest }) => ({ ...rest, picture: toImage8(image.data, image.shape) })),
  );
  return new NearestNeighbours(layer, pictures, found);
}

function unitLength(row: Float32Array): Float32Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
  return row.map((value) => value / length);
}
