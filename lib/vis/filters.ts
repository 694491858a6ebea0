// First-layer filters as pictures (Krizhevsky et al. 2012, figure 3): what a network looks for in the image itself.
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { checkChoice, checkOptions } from '../tensor/arguments.js';
import { checkRank } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { contactSheet, type Tile } from './contact_sheet.js';
import { extent, toImage8 } from './image8.js';
import { checkImageModel } from './inspect.js';
import { Visualization } from './visualization.js';

/** How weights become shades. */
export interface FilterTilesOptions {
  /**
   * - `'symmetric'` (default): each filter on its own, zero as mid-grey, its largest weight in magnitude black or white.
   * - `'own'`: each filter on its own, its least weight black and its greatest white.
   * - `'common'`: as `'symmetric'`, but with the largest weight of all filters, so that they can be compared.
   */
  readonly range?: 'symmetric' | 'own' | 'common';
}

/** Options of `filters`. */
export interface FiltersOptions {
  /** Path of the parameter, default the model's first convolution filter: `'features.0.filter'`. */
  readonly parameter?: string;
}

/** The filters of a layer, [kernelHeight, kernelWidth, channels, filters]. */
export class Filters extends Visualization<
  readonly [kernelHeight: number, kernelWidth: number, channels: number, filters: number]
> {
  /** Path of the parameter. */
  readonly parameter: string;

  /** @internal */
  constructor(parameter: string, data: Float32Array, shape: readonly [number, number, number, number]) {
    super(data, shape);
    this.parameter = parameter;
  }

  /** One picture per filter. @throws ArgumentError for invalid options */
  tiles(options: FilterTilesOptions = {}): Tile[] {
    checkOptions('filterTiles', options, ['range']);
    const { range = 'symmetric' } = options;
    checkChoice('filterTiles', 'range', range, ['symmetric', 'own', 'common']);
    const [height, width, channels, filters] = this.shape;
    const symmetric = (weights: Float32Array): readonly [number, number] => {
      const [low, high] = extent(weights);
      const largest = Math.max(-low, high) || 1;
      return [-largest, largest];
    };
    const common = symmetric(this.data);
    return Array.from({ length: filters }, (_, q) => {
      const own = Float32Array.from(
        { length: height * width * channels },
        (_, at) => this.data[at * filters + q] as number,
      );
      const ends = range === 'own' ? extent(own) : range === 'common' ? common : symmetric(own);
      return toImage8(own, [height, width, channels], ends);
    });
  }

  /** All filters on a sheet. @throws ArgumentError for invalid options */
  image(options: FilterTilesOptions = {}): Image8 {
    const [height] = this.shape;
    return contactSheet([{ heading: '', tiles: this.tiles(options), scale: Math.max(1, Math.round(48 / height)) }]);
  }
}

/**
 * The filters of a model's first convolution as pictures.
 *
 * @throws (rejects with) ArgumentError for a parameter that the model does not have, or if it has no convolution; ShapeError for
 *   filters on other than 1 or 3 channels, which are no pictures
 * @example
 * const first = await vis.filters(model);
 * await writeFile('filters.png', first.png());
 */
export async function filters(model: Model, options: FiltersOptions = {}): Promise<Filters> {
  checkImageModel('filters', model);
  checkOptions('filters', options, ['parameter']);
  const parameter =
    options.parameter ??
    [...model.namedParameters()].find(([path, { shape }]) => /filter$/.test(path) && shape.length === 4)?.[0];
  if (parameter === undefined) throw new ArgumentError('filters: the model has no convolution');
  return read('filters', parameter, model.parameter(parameter));
}

/**
 * One tile per filter of a first convolution.
 *
 * @param filter [kernelHeight, kernelWidth, 1 or 3, filters]
 * @throws (rejects with) ShapeError for any other number of input channels, ArgumentError for invalid options
 * @example
 * const tiles = await filterTiles(model.parameter('0.filter'), { range: 'own' });
 */
export async function filterTiles(filter: Tensor, options: FilterTilesOptions = {}): Promise<Tile[]> {
  return (await read('filterTiles', 'filter', filter)).tiles(options);
}

async function read(subject: string, name: string, filter: Tensor): Promise<Filters> {
  checkRank(subject, name, filter, 4, '[kernelHeight, kernelWidth, channels, filters]');
  const shape = filter.shape as readonly [number, number, number, number];
  if (shape[2] !== 1 && shape[2] !== 3)
    throw new ShapeError(
      `${subject}: ${name} must have 1 or 3 input channels to be seen as a picture, but has shape ${formatShape(shape)}`,
    );
  return new Filters(name, Float32Array.from(await filter.data()), shape);
}
