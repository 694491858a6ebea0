// What the methods give that explain a score by an image: a number for each pixel, or one for each number of the image.
import type { Image8 } from '../formats/png.js';
import { checkOptions } from '../tensor/arguments.js';
import { HeatMap } from './heat_map.js';
import { extent, toImage8 } from './image8.js';
import { Visualization } from './visualization.js';

/** The score that an attribution explains. */
export interface Explained {
  /** Its class, or channel. */
  readonly target: number;
  /** Its value for the image, before any softmax. */
  readonly score: number;
}

/** A number for each pixel: how much it matters to the score of a class. */
export class AttributionMap extends HeatMap implements Explained {
  readonly target: number;
  readonly score: number;

  constructor(data: Float32Array, shape: readonly [height: number, width: number], { target, score }: Explained) {
    super(data, shape);
    this.target = target;
    this.score = score;
  }
}

/** A number of either sign for each number of an image, [height, width, channels]. */
export class AttributionImage
  extends Visualization<readonly [height: number, width: number, channels: number]>
  implements Explained
{
  readonly target: number;
  readonly score: number;

  constructor(data: Float32Array, shape: readonly [number, number, number], { target, score }: Explained) {
    super(data, shape);
    this.target = target;
    this.score = score;
  }

  /**
   * The numbers as colours, zero as mid-grey.
   *
   * @param options.largest the magnitude that becomes black or white, default the largest there is
   * @throws ShapeError unless there are 1 or 3 channels
   */
  image(options: { readonly largest?: number } = {}): Image8 {
    checkOptions('AttributionImage.image', options, ['largest']);
    const [low, high] = extent(this.data);
    const { largest = Math.max(-low, high, Number.MIN_VALUE) } = options;
    return toImage8(this.data, this.shape, [-largest, largest]);
  }

  /** For each pixel the largest magnitude among its channels. */
  magnitude(): AttributionMap {
    const [height, width, channels] = this.shape;
    const map = new Float32Array(height * width);
    for (const [at, value] of this.data.entries()) {
      const pixel = Math.floor(at / channels);
      map[pixel] = Math.max(map[pixel] as number, Math.abs(value));
    }
    return new AttributionMap(map, [height, width], this);
  }
}
