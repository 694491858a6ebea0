// A number for each place of an image, as colours: by themselves, or laid over the image.
import type { Image8 } from '../formats/png.js';
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { type ColorMapName, colorMaps, colorsOf } from './color_map.js';
import { checkImage8 } from './image8.js';
import { resample } from './resample.js';
import { Visualization } from './visualization.js';

/** How numbers become colours. */
export interface ColorOptions {
  /**
   * `'sequential'` (dark violet to yellow), `'diverging'` (blue, white, red; for numbers of both signs) or `'grey'`. Default: the
   * map's own, which is `'sequential'` unless the method that made it says otherwise.
   */
  readonly colors?: ColorMapName;
  /** The numbers that get the first and the last colour. Default: the lowest and the highest; for `'diverging'`, ± the largest. */
  readonly range?: readonly [low: number, high: number];
}

/** Options of `HeatMap.image`. */
export interface HeatMapOptions extends ColorOptions {
  /** [height, width] of the picture, interpolated bilinearly; default that of the map. */
  readonly size?: readonly [height: number, width: number];
}

/** Options of `HeatMap.over`. */
export interface OverlayOptions extends ColorOptions {
  /** Share of the map in the mixture, default 0.55. */
  readonly opacity?: number;
}

/**
 * Numbers [height, width] over an image.
 *
 * @throws ShapeError unless the data fill the shape
 * @example
 * const map = new vis.HeatMap(Float32Array.of(0, 1, 2, 3), [2, 2]);
 * await writeFile('map.png', map.png());
 * await writeFile('over.png', formats.encodePng(map.over(photograph)));
 */
export class HeatMap extends Visualization<readonly [height: number, width: number]> {
  readonly #colors: ColorMapName;

  /** @param colors the map's own colours, default `'sequential'` */
  constructor(
    data: Float32Array,
    shape: readonly [height: number, width: number],
    colors: ColorMapName = 'sequential',
  ) {
    super(data, shape);
    this.#colors = colors;
  }

  /** The map in colours. @throws ArgumentError for invalid options */
  image(options: HeatMapOptions = {}): Image8 {
    checkOptions('HeatMap.image', options, ['colors', 'range', 'size']);
    const { size = this.shape } = options;
    if (!Array.isArray(size) || size.length !== 2)
      throw new ArgumentError(`HeatMap.image: size must be [height, width], but received ${show(size)}`);
    for (const [axis, extent] of size.entries()) checkInteger('HeatMap.image', `size[${axis}]`, extent);
    const [low, high, table] = this.#scale('HeatMap.image', options);
    const [height, width] = size;
    const values = size === this.shape ? this.data : resample(this.data, [...this.shape, 1], size);
    const data = new Uint8Array(height * width * 3);
    for (const [at, value] of values.entries()) {
      const t = high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0;
      data.set(table[Math.round(t * (table.length - 1))] as readonly number[], at * 3);
    }
    return { width, height, channels: 3, data };
  }

  /**
   * The map laid over an image: (1 − opacity) · image + opacity · colours.
   *
   * @param image of any size; the map is interpolated bilinearly
   * @throws ArgumentError for invalid options or an image whose data do not fit its size
   */
  over(image: Image8, options: OverlayOptions = {}): Image8 {
    checkOptions('HeatMap.over', options, ['opacity', 'colors', 'range']);
    checkImage8('HeatMap.over', 'image', image);
    const { opacity = 0.55, ...colors } = options;
    checkNumber('HeatMap.over', 'opacity', opacity, 0, 1);
    const { width, height, channels } = image;
    const colored = this.image({ ...colors, size: [height, width] }).data;
    const data = Uint8Array.from(colored, (color, at) => {
      const below = image.data[channels === 3 ? at : Math.floor(at / 3)] as number;
      return Math.round((1 - opacity) * below + opacity * color);
    });
    return { width, height, channels: 3, data };
  }

  #scale(subject: string, { colors = this.#colors, range }: ColorOptions) {
    checkChoice(subject, 'colors', colors, colorMaps);
    if (range !== undefined) {
      if (!Array.isArray(range) || range.length !== 2 || !range.every(Number.isFinite) || range[0] > range[1])
        throw new ArgumentError(`${subject}: range must be [low, high], but received ${show(range)}`);
      return [...(range as readonly [number, number]), colorsOf(colors)] as const;
    }
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of this.data) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (colors !== 'diverging') return [low, high, colorsOf(colors)] as const;
    const largest = Math.max(-low, high, Number.MIN_VALUE);
    return [-largest, largest, colorsOf(colors)] as const;
  }
}
