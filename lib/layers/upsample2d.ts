// Upsampling:  [height, width, channels] → [scale · height, scale · width, channels], by repetition or interpolation.
import type { Multiply } from 'ts-arithmetic';
import { checkResize, type ResizeCoordinates, type ResizeMode, resize2d } from '../ops/resize2d.js';
import { checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Along, IsUnknownRank, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `upsample2d`. */
export interface Upsample2dOptions<Scale extends Pair = Pair> extends LayerOptions {
  /** How many times as high and wide: one integer or [height, width]. */
  readonly scale: Scale;
  /** Default `'nearest'`, which repeats pixels. */
  readonly mode?: ResizeMode;
  /** Where pixels lie, see `ops.resize2d`; default `'halfPixel'`. */
  readonly coordinates?: ResizeCoordinates;
}

interface Upsample2dRule<Scale extends Pair> extends ShapeRule {
  readonly output: Upsampled<this['input'], Scale>;
}

type Upsampled<Input, Scale extends Pair> =
  IsUnknownRank<Input> extends true
    ? [number, number, number]
    : Input extends readonly [infer H extends number, infer W extends number, infer C extends number]
      ? [Times<H, Along<Scale, 0>>, Times<W, Along<Scale, 1>>, C]
      : `upsample2d expects an image [height, width, channels], got ${ShapeText<Input>}`;

type Times<X extends number, Y extends number> = number extends X | Y ? number : Multiply<X, Y>;

/** The layer that `upsample2d` makes. */
export class Upsample2d<Scale extends Pair = Pair> extends Layer<Upsample2dRule<Scale>> {
  readonly scale: readonly [number, number];
  readonly mode: ResizeMode;
  readonly coordinates: ResizeCoordinates;

  constructor(options: Upsample2dOptions) {
    checkOptions('upsample2d', options, ['name', 'scale', 'mode', 'coordinates']);
    super('upsample2d', options);
    const { scale, mode = 'nearest', coordinates = 'halfPixel' } = options;
    checkResize('upsample2d', { mode, coordinates });
    this.scale = toPair('upsample2d', 'scale', scale);
    this.mode = mode;
    this.coordinates = coordinates;
  }

  override outputShape(input: Shape): Shape {
    const [height, width, channels] = checkImage('upsample2d', input);
    return [height * this.scale[0], width * this.scale[1], channels];
  }

  override forward(x: Tensor): Tensor {
    const [height, width] = this.outputShape(x.shape.slice(1)) as [number, number, number];
    const { mode, coordinates } = this;
    return resize2d(x, [height, width], { mode, coordinates });
  }
}

/**
 * Makes images `scale` times as high and wide, by repeating pixels or by bilinear interpolation.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.upsample2d({ scale: 2, mode: 'bilinear' }) // [14, 14, 8] becomes [28, 28, 8]
 */
export function upsample2d<const Scale extends Pair>(options: Upsample2dOptions<Scale>): Upsample2d<Scale> {
  return new Upsample2d(options);
}
