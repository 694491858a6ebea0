// Maxout:  y(…, u) = max of x(…, u·pieces) … x(…, u·pieces + pieces − 1). Goodfellow et al. 2013 (arXiv 1302.4389).
import { maxout as maxoutOp } from '../ops/maxout.js';
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Divides, IsUnknownRank, Quotient, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `maxout`. */
export interface MaxoutOptions<Pieces extends number = number> extends LayerOptions {
  /** Neighbouring channels that make one unit. */
  readonly pieces: Pieces;
}

interface MaxoutRule<Pieces extends number> extends ShapeRule {
  readonly output: IsUnknownRank<this['input']> extends true
    ? number[]
    : this['input'] extends readonly [...infer Leading extends number[], infer Channels extends number]
      ? Divides<Pieces, Channels> extends true
        ? [...Leading, Quotient<Channels, Pieces>]
        : `maxout has ${Pieces} pieces, which do not divide the channels of its input ${ShapeText<this['input']>}`
      : `maxout expects an input with channels last, got ${ShapeText<this['input']>}`;
}

/** The layer that `maxout` makes. */
export class Maxout<Pieces extends number = number> extends Layer<MaxoutRule<Pieces>> {
  readonly pieces: number;

  constructor(options: MaxoutOptions) {
    checkOptions('maxout', options, ['name', 'pieces']);
    super('maxout', options);
    checkInteger('maxout', 'pieces', options.pieces);
    this.pieces = options.pieces;
  }

  override outputShape(input: Shape): Shape {
    const channels = input.at(-1);
    if (channels === undefined) throw new ShapeError('maxout: expects an input with channels last, got []');
    if (channels % this.pieces !== 0)
      throw new ShapeError(`maxout: input has ${channels} channels, which ${this.pieces} pieces do not divide`);
    return [...input.slice(0, -1), channels / this.pieces];
  }

  override forward(x: Tensor): Tensor {
    return maxoutOp(x, { pieces: this.pieces });
  }
}

/**
 * The maximum over groups of `pieces` neighbouring channels: [..., units · pieces] becomes [..., units].
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maxout({ pieces: 3 }) // after conv2d({ filters: 3 * 48, … })
 */
export function maxout<const Pieces extends number>(options: MaxoutOptions<Pieces>): Maxout<Pieces> {
  return new Maxout(options);
}
