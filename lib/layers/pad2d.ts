// Padding of images:  [height, width, channels] → [height + top + bottom, width + left + right, channels]
import { checkPadValue, type PadMode, pad, padModes } from '../ops/pad.js';
import { checkChoice, checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import type { Side } from '../tensor/padding.js';
import type { Shape } from '../tensor/shape.js';
import type { ChannelsOf, WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** On all four sides, as [height, width], or side by side. */
export type ImageSides = Pair | { readonly h: Side; readonly w: Side };

/** Options of `pad2d`. */
export interface Pad2dOptions<Sides extends ImageSides = ImageSides> extends LayerOptions {
  /** Pixels to add on every side: one number, [height, width], or `{ h: [top, bottom], w: [left, right] }`. */
  readonly padding: Sides;
  /** What they are, see `ops.pad`; default `'constant'`. */
  readonly mode?: PadMode;
  /** What `'constant'` writes, default 0. */
  readonly value?: number;
}

interface Pad2dRule<Sides extends ImageSides> extends ShapeRule {
  readonly output: WindowOutput<'pad2d', this['input'], 1, 1, 1, Sides, ChannelsOf<this['input']>>;
}

/** @throws ArgumentError unless they are non-negative integers in one of the forms */
function toSides(padding: unknown): { readonly h: Side; readonly w: Side } {
  if (typeof padding === 'object' && padding !== null && !Array.isArray(padding)) {
    checkOptions('pad2d', padding, ['h', 'w']);
    const { h, w } = padding as { h: unknown; w: unknown };
    return { h: toPair('pad2d', 'padding.h', h, 0), w: toPair('pad2d', 'padding.w', w, 0) };
  }
  const [height, width] = toPair('pad2d', 'padding', padding, 0);
  return { h: [height, height], w: [width, width] };
}

/** The layer that `pad2d` makes. */
export class Pad2d<Sides extends ImageSides = ImageSides> extends Layer<Pad2dRule<Sides>> {
  readonly padding: { readonly h: Side; readonly w: Side };
  readonly mode: PadMode;
  readonly value: number | undefined;

  constructor(options: Pad2dOptions) {
    checkOptions('pad2d', options, ['name', 'padding', 'mode', 'value']);
    super('pad2d', options);
    const { padding, mode = 'constant', value } = options;
    checkChoice('pad2d', 'mode', mode, padModes);
    if (value !== undefined) checkPadValue('pad2d', value, mode);
    this.padding = toSides(padding);
    this.mode = mode;
    this.value = value;
  }

  override outputShape(input: Shape): Shape {
    const [height, width, channels] = checkImage('pad2d', input);
    const { h, w } = this.padding;
    return [height + h[0] + h[1], width + w[0] + w[1], channels];
  }

  override forward(x: Tensor): Tensor {
    const { mode, value, padding } = this;
    const around: Side[] = [[0, 0], padding.h, padding.w, [0, 0]];
    return pad(x, around, value === undefined ? { mode } : { mode, value });
  }
}

/**
 * Adds pixels around images: zeros or another value, or what reflection, repetition or wrapping around gives.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.pad2d({ padding: 2, mode: 'reflect' }) // [28, 28, 1] becomes [32, 32, 1]
 */
export function pad2d<const Sides extends ImageSides>(options: Pad2dOptions<Sides>): Pad2d<Sides> {
  return new Pad2d(options);
}
