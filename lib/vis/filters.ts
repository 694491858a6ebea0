// First-layer filters as pictures (Krizhevsky et al. 2012, figure 3): what a network looks for in the image itself.
import { checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Tile } from './contact_sheet.js';

/**
 * One tile per filter of a first convolution. Each is stretched on its own, so that zero is mid-grey and the largest weight in
 * magnitude black or white.
 *
 * @param filter [kernelHeight, kernelWidth, 1 or 3, filters]
 * @throws ShapeError for any other number of input channels
 * @example
 * const tiles = await filterTiles(model.namedParameters().get('0.filter'));
 */
export async function filterTiles(filter: Tensor): Promise<Tile[]> {
  checkRank('filterTiles', 'filter', filter, 4, '[kernelHeight, kernelWidth, channels, filters]');
  const [height = 0, width = 0, channels = 0, filters = 0] = filter.shape;
  if (channels !== 1 && channels !== 3)
    throw new ShapeError(
      `filterTiles: filter must have 1 or 3 input channels to be seen as a picture, but has shape ${formatShape(filter.shape)}`,
    );
  const weights = await filter.data();
  return Array.from({ length: filters }, (_, q) => {
    const own = Float32Array.from(
      { length: height * width * channels },
      (_, at) => weights[at * filters + q] as number,
    );
    const largest = own.reduce((max, w) => Math.max(max, Math.abs(w)), 0) || 1;
    return { width, height, channels, data: Uint8Array.from(own, (w) => Math.round(127.5 + (127.5 * w) / largest)) };
  });
}
