// Max-unpooling layer of sequences: puts each value where the maximum stood that a max pooling layer took earlier in the same
// pass, zeros elsewhere.
import { singleRow } from '../ops/conv_geometry.js';
import { maxUnpool1d as maxUnpool1dOp } from '../ops/max_unpool1d.js';
import { toWindow1d } from '../ops/pool1d.js';
import { poolWindow } from '../ops/pool2d.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { checkSameShape } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Window2d } from '../tensor/padding.js';
import type { Restored, SequencePoolOutput } from '../tensor/pool_shape_types.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { IsUnknownRank, SequenceChannelsOf, ShapeText, TransposedSequenceOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { transposedWindow1d } from '../tensor/transposed_window.js';
import type { Padding1d } from '../tensor/window1d.js';
import { checkSequence } from './image.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import { MaxPool1d } from './max_pool1d.js';
import { type ReceptiveField, throughTransposed } from './receptive_field.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `maxUnpool1d`. */
export interface MaxUnpool1dOptions<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
  Size extends number = number,
> extends LayerOptions {
  /** The layer to undo; it must have run earlier in the same pass. */
  readonly pool: MaxPool1d<Pool, Strides, Pad, Ceil>;
  /**
   * Length that was pooled; default what the windows cover without a rest, (input − 1)·stride + pool − padding, and
   * input·stride with padding `'same'`.
   */
  readonly outputSize?: Size;
}

interface MaxUnpool1dRule<
  Pool extends number,
  Strides extends number,
  Pad extends Padding1d,
  Ceil extends boolean,
  Size extends number,
> extends ShapeRule {
  readonly output: [Size] extends [never]
    ? TransposedSequenceOutput<
        'maxUnpool1d',
        this['input'],
        Pool,
        Strides,
        1,
        Pad,
        0,
        SequenceChannelsOf<this['input']>
      >
    : IsUnknownRank<this['input']> extends true
      ? [Size, number]
      : this['input'] extends readonly [number, infer C extends number]
        ? Restored<
            'maxUnpool1d',
            this['input'],
            [Size, C],
            SequencePoolOutput<'maxUnpool1d', [Size, C], Pool, Strides, Pad, Ceil>
          >
        : `maxUnpool1d expects a sequence [length, channels], got ${ShapeText<this['input']>}`;
}

const kind = 'maxUnpool1d';

/** The layer that `maxUnpool1d` makes. */
export class MaxUnpool1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
  Size extends number = number,
> extends Layer<MaxUnpool1dRule<Pool, Strides, Pad, Ceil, Size>> {
  readonly pool: MaxPool1d;
  readonly outputSize: number | undefined;

  constructor(options: MaxUnpool1dOptions) {
    checkOptions(kind, options, ['name', 'pool', 'outputSize']);
    super(kind, options);
    const { pool, outputSize } = options;
    if (!(pool instanceof MaxPool1d))
      throw new ArgumentError(`${kind}: pool must be the maxPool1d layer to undo, but received ${show(pool)}`);
    if (outputSize !== undefined) checkInteger(kind, 'outputSize', outputSize);
    this.pool = pool;
    this.outputSize = outputSize;
    pool.keepSwitches();
  }

  /** The window of the pooling over the sequence that is restored. */
  #pooling(input: Shape): Window2d {
    const [length, channels] = checkSequence(kind, input);
    const { poolSize: kernelSize, strides, padding, ceilMode } = this.pool;
    if (this.outputSize === undefined) {
      const options = { kernelSize, strides, padding, dilations: 1, outputPadding: 0 };
      return { height: singleRow, width: transposedWindow1d(kind, length, options) };
    }
    const window = poolWindow(kind, 1, this.outputSize, { ...toWindow1d(kind, this.pool), ceilMode });
    const pooled = [window.width.out, channels];
    if (sameShape(pooled, input)) return window;
    throw new ShapeError(
      `${kind}: restores ${formatShape([this.outputSize, channels])}, which the pooling makes ${formatShape(pooled)}, got ${formatShape(input)}`,
    );
  }

  override outputShape(input: Shape): Shape {
    return [this.#pooling(input).width.input, input[1] as number];
  }

  override receptiveField(before: ReceptiveField | undefined, input: Shape): ReceptiveField | undefined {
    return before && throughTransposed(before, this.#pooling(input));
  }

  override forward(y: Tensor, { switches }: LayerContext): Tensor {
    const recorded = switches?.get(this.pool);
    if (!recorded)
      throw new ArgumentError(
        `${kind}: its maxPool1d has not run before it in this pass: put the same layer earlier into the model`,
      );
    const [batch, , length, channels] = recorded.inputShape as readonly [number, number, number, number];
    checkSameShape(kind, 'y', y, [batch, recorded.geometry.width.out, channels]);
    const [restored, pooled] = [this.outputShape(y.shape.slice(1)), [length, channels]];
    if (!sameShape(restored, pooled))
      throw new ShapeError(
        `${kind}: restores ${formatShape(restored)}, but its maxPool1d was given ${formatShape(pooled)}: ` +
          `set outputSize: ${length}`,
      );
    return maxUnpool1dOp(y, recorded);
  }
}

/**
 * Undoes a max pooling of sequences: each value returns to where the maximum stood when `pool` last ran in this pass, zeros
 * elsewhere.
 *
 * Give the very layer that stands in the encoder; nothing but the pass itself remembers where its maxima stood.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * const pool = layers.maxPool1d({ poolSize: 2 });
 * sequential({ inputShape: [100, 3], layers: [pool, conv, layers.maxUnpool1d({ pool })] }); // [100, …] again
 */
export function maxUnpool1d<
  const Pool extends number,
  const Strides extends number,
  const Pad extends Padding1d,
  const Ceil extends boolean,
  const Size extends number = never,
>(options: MaxUnpool1dOptions<Pool, Strides, Pad, Ceil, Size>): MaxUnpool1d<Pool, Strides, Pad, Ceil, Size> {
  return new MaxUnpool1d(options);
}
