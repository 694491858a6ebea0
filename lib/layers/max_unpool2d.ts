// Max-unpooling layer: puts each value where the maximum stood that a max pooling layer took earlier in the same pass, zeros
// elsewhere. Zeiler & Fergus 2014 (arXiv 1311.2901).
import { maxUnpool2d as maxUnpool2dOp } from '../ops/max_unpool2d.js';
import { poolWindow } from '../ops/pool2d.js';
import { checkOptions, type Pair, show, toPair } from '../tensor/arguments.js';
import { checkSameShape } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Padding, Window2d } from '../tensor/padding.js';
import type { PoolOutput, Restored } from '../tensor/pool_shape_types.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Along, ChannelsOf, IsUnknownRank, ShapeText, TransposedOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { transposedWindow2d } from '../tensor/transposed_window.js';
import { checkImage } from './image.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { MaxPool2d } from './max_pool2d.js';
import { type ReceptiveField, throughTransposed } from './receptive_field.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `maxUnpool2d`. */
export interface MaxUnpool2dOptions<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
  Size extends Pair = Pair,
> extends LayerOptions {
  /** The layer to undo; it must have run earlier in the same pass. */
  readonly pool: MaxPool2d<Pool, Strides, Pad, Ceil>;
  /**
   * Height and width that were pooled, one number or [height, width]; default what the windows cover without a rest,
   * (input − 1)·stride + pool − padding, and input·stride with padding `'same'`.
   */
  readonly outputSize?: Size;
}

interface MaxUnpool2dRule<
  Pool extends Pair,
  Strides extends Pair,
  Pad extends Padding,
  Ceil extends boolean,
  Size extends Pair,
> extends ShapeRule {
  readonly output: [Size] extends [never]
    ? TransposedOutput<'maxUnpool2d', this['input'], Pool, Strides, 1, Pad, 0, ChannelsOf<this['input']>>
    : IsUnknownRank<this['input']> extends true
      ? [Along<Size, 0>, Along<Size, 1>, number]
      : this['input'] extends readonly [number, number, infer C extends number]
        ? Restored<
            'maxUnpool2d',
            this['input'],
            [Along<Size, 0>, Along<Size, 1>, C],
            PoolOutput<'maxUnpool2d', [Along<Size, 0>, Along<Size, 1>, C], Pool, Strides, Pad, Ceil>
          >
        : `maxUnpool2d expects an image [height, width, channels], got ${ShapeText<this['input']>}`;
}

const kind = 'maxUnpool2d';

/** The layer that `maxUnpool2d` makes. */
export class MaxUnpool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
  Size extends Pair = Pair,
> extends Layer<MaxUnpool2dRule<Pool, Strides, Pad, Ceil, Size>> {
  readonly pool: MaxPool2d;
  readonly outputSize: readonly [number, number] | undefined;

  constructor(options: MaxUnpool2dOptions) {
    checkOptions(kind, options, ['name', 'pool', 'outputSize']);
    super(kind, options);
    const { pool, outputSize } = options;
    if (!(pool instanceof MaxPool2d))
      throw new ArgumentError(`${kind}: pool must be the maxPool2d layer to undo, but received ${show(pool)}`);
    this.pool = pool;
    this.outputSize = outputSize === undefined ? undefined : toPair(kind, 'outputSize', outputSize);
    pool.keepSwitches();
  }

  /** The window of the pooling over the image that is restored. */
  #pooling(input: Shape): Window2d {
    const [height, width, channels] = checkImage(kind, input);
    if (this.outputSize === undefined) {
      const { poolSize: kernelSize, strides, padding } = this.pool;
      const options = { kernelSize, strides, padding, dilations: 1, outputPadding: 0 };
      return transposedWindow2d(kind, height, width, options);
    }
    const window = poolWindow(kind, ...this.outputSize, this.pool);
    const pooled = [window.height.out, window.width.out, channels];
    if (sameShape(pooled, input)) return window;
    throw new ShapeError(
      `${kind}: restores ${formatShape([...this.outputSize, channels])}, which the pooling makes ${formatShape(pooled)}, got ${formatShape(input)}`,
    );
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.#pooling(input);
    return [height.input, width.input, input[2] as number];
  }

  override receptiveField(before: ReceptiveField | undefined, input: Shape): ReceptiveField | undefined {
    return before && throughTransposed(before, this.#pooling(input));
  }

  override forward(y: Tensor, { switches }: LayerContext): Tensor {
    const recorded = switches?.get(this.pool);
    if (!recorded)
      throw new ArgumentError(
        `${kind}: its maxPool2d has not run before it in this pass: put the same layer earlier into the model`,
      );
    checkSameShape(kind, 'y', y, recorded.positions.shape);
    const [restored, pooled] = [this.outputShape(y.shape.slice(1)), recorded.inputShape.slice(1)];
    if (!sameShape(restored, pooled))
      throw new ShapeError(
        `${kind}: restores ${formatShape(restored)}, but its maxPool2d was given ${formatShape(pooled)}: ` +
          `set outputSize: ${formatShape(pooled.slice(0, 2))}`,
      );
    return maxUnpool2dOp(y, recorded);
  }
}

/**
 * Undoes a max pooling: each value returns to where the maximum stood when `pool` last ran in this pass, zeros elsewhere.
 *
 * Give the very layer that stands in the encoder; nothing but the pass itself remembers where its maxima stood.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const pool = layers.maxPool2d({ poolSize: 2 });
 * sequential({ inputShape: [28, 28, 3], layers: [pool, conv, layers.maxUnpool2d({ pool })] }); // [28, 28, …] again
 */
export function maxUnpool2d<
  const Pool extends Pair,
  const Strides extends Pair,
  const Pad extends Padding,
  const Ceil extends boolean,
  const Size extends Pair = never,
>(options: MaxUnpool2dOptions<Pool, Strides, Pad, Ceil, Size>): MaxUnpool2d<Pool, Strides, Pad, Ceil, Size> {
  return new MaxUnpool2d(options);
}
