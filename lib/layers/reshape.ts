// Reshape:  each sample's elements in another shape, in the same order (row-major, channels innermost).
import { reshape as reshapeOp } from '../ops/reshape.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import type { Divides, ElementCount, IsUnknownRank, Mutable, Quotient, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `reshape`. */
export interface ReshapeOptions<To extends Shape = Shape> extends LayerOptions {
  /** Of a sample, without the batch. One extent may be −1: whatever is left over. */
  readonly shape: To;
}

interface ReshapeRule<To extends Shape> extends ShapeRule {
  readonly output: IsUnknownRank<To> extends true ? number[] : Reshaped<this['input'], To>;
}

type Reshaped<Input, To extends Shape> = -1 extends To[number]
  ? Divides<ElementCount<Positive<To>>, ElementCount<Input>> extends true
    ? Filled<To, Quotient<ElementCount<Input>, ElementCount<Positive<To>>>>
    : Misfit<Input, To>
  : Equal<ElementCount<To>, ElementCount<Input>> extends true
    ? Mutable<To>
    : Misfit<Input, To>;

type Misfit<Input, To> = `reshape to ${ShapeText<To>} does not hold the elements of its input ${ShapeText<Input>}`;

/** Whether two numbers of elements agree, as far as they are known. */
type Equal<X extends number, Y extends number> = number extends X | Y ? true : X extends Y ? true : false;

/** The shape with 1 for the extent that is left open. */
type Positive<S extends Shape> = { [Axis in keyof S]: S[Axis] extends -1 ? 1 : S[Axis] };

type Filled<S extends Shape, Rest extends number> = {
  -readonly [Axis in keyof S]: S[Axis] extends -1 ? Rest : S[Axis];
};

/** The layer that `reshape` makes. */
export class Reshape<To extends Shape = Shape> extends Layer<ReshapeRule<To>> {
  readonly shape: Shape;

  constructor(options: ReshapeOptions) {
    checkOptions('reshape', options, ['name', 'shape']);
    super('reshape', options);
    const { shape } = options;
    if (!Array.isArray(shape))
      throw new ArgumentError(`reshape: shape must be an array of extents, but received ${show(shape)}`);
    shape.forEach((extent, axis) => {
      if (extent !== -1 || shape.indexOf(-1) !== axis) checkInteger('reshape', `shape[${axis}]`, extent);
    });
    this.shape = [...shape];
  }

  override outputShape(input: Shape): Shape {
    const count = elementCount(input);
    const known = elementCount(this.shape.filter((extent) => extent !== -1));
    const open = this.shape.includes(-1);
    if (open ? count % known === 0 : count === known)
      return this.shape.map((extent) => (extent === -1 ? count / known : extent));
    throw new ShapeError(
      `reshape: to ${formatShape(this.shape)} does not hold the elements of its input ${formatShape(input)}`,
    );
  }

  override forward(x: Tensor): Tensor {
    const [batch = 1, ...input] = x.shape;
    return reshapeOp(x, [batch, ...this.outputShape(input)]);
  }
}

/**
 * Each sample's elements in another shape, in memory order: nothing is copied.
 *
 * @throws ArgumentError unless the extents are positive integers, one of them perhaps −1.
 * @example
 * layers.reshape({ shape: [7, 7, 64] }) // [3136] becomes [7, 7, 64]
 */
export function reshape<const To extends Shape>(options: ReshapeOptions<To>): Reshape<To> {
  return new Reshape(options);
}
