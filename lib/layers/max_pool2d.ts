// Max pooling layer:  y(i, j, c) = max over the window of x(·, ·, c)
import { maxPool2d as maxPool2dOp, maxPool2dWithSwitches } from '../ops/max_pool2d.js';
import type { Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerContext } from './layer.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** The layer that `maxPool2d` makes. */
export class MaxPool2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2d<'maxPool2d', Pool, Strides, Pad, Ceil> {
  #keepsSwitches = false;

  constructor(options: Pool2dOptions) {
    super('maxPool2d', options);
  }

  /** From now on passes tell where the maxima stood: a `maxUnpool2d` was made that undoes this layer. @internal */
  keepSwitches(): void {
    this.#keepsSwitches = true;
  }

  override forward(x: Tensor, { switches: kept }: LayerContext): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    const options = { poolSize, strides, padding, ceilMode };
    if (!this.#keepsSwitches || !kept) return maxPool2dOp(x, options);
    const { output, switches } = maxPool2dWithSwitches(x, options);
    kept.set(this, switches);
    return output;
  }
}

/**
 * The maximum of each `poolSize` window of a [height, width, channels] image, channel by channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maxPool2d({ poolSize: 2 }) // halves height and width
 */
export function maxPool2d<
  const Pool extends Pair,
  const Strides extends Pair = Pool,
  const Pad extends Padding = 'valid',
  const Ceil extends boolean = false,
>(options: Pool2dOptions<Pool, Strides, Pad, Ceil>): MaxPool2d<Pool, Strides, Pad, Ceil> {
  return new MaxPool2d(options);
}
