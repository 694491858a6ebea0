// Pixels as networks take them:  y = (x / 255 − mean) / standardDeviation,  x uint8, per channel or for all channels alike
import {
  type NormalizePixelsOptions,
  normalizePixels as normalizePixelsOp,
  pixelStatistics,
} from '../ops/normalize_pixels.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** The layer that `normalizePixels` makes. */
export class NormalizePixels extends Layer<SameShape> {
  readonly #statistics: NormalizePixelsOptions;

  constructor(options: NormalizePixelsOptions & LayerOptions = {}) {
    checkOptions('normalizePixels', options, ['name', 'mean', 'standardDeviation']);
    super('normalizePixels', options);
    const { name: _, ...statistics } = options;
    const channels = Object.values(statistics).find(Array.isArray)?.length ?? 1;
    pixelStatistics(statistics, channels);
    this.#statistics = statistics;
  }

  override outputShape(input: Shape): Shape {
    pixelStatistics(this.#statistics, checkImage('normalizePixels', input)[2]);
    return input;
  }

  override forward(x: Tensor): Tensor {
    return normalizePixelsOp(x, this.#statistics);
  }
}

/**
 * Turns uint8 pixels into normalised float32 numbers, so that batches travel as bytes and the statistics with the model.
 *
 * @param options.mean of the training images, from 0 to 1: one number or one per channel
 * @param options.standardDeviation likewise
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * layers.normalizePixels({ mean: 0.1307, standardDeviation: 0.3081 }) // MNIST
 */
export function normalizePixels(options?: NormalizePixelsOptions & LayerOptions): NormalizePixels {
  return new NormalizePixels(options);
}
