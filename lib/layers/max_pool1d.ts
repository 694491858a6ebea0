// Max pooling of sequences:  y(t, c) = max over the window of x(·, c)
import { maxPool1d as maxPool1dOp, maxPool1dWithSwitches } from '../ops/max_pool1d.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Padding1d } from '../tensor/window1d.js';
import type { LayerContext } from './layer.js';
import { Pool1d, type Pool1dOptions } from './pool1d.js';

/** The layer that `maxPool1d` makes. */
export class MaxPool1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1d<'maxPool1d', Pool, Strides, Pad, Ceil> {
  #keepsSwitches = false;

  constructor(options: Pool1dOptions) {
    super('maxPool1d', options);
  }

  /** From now on passes tell where the maxima stood: a `maxUnpool1d` was made that undoes this layer. @internal */
  keepSwitches(): void {
    this.#keepsSwitches = true;
  }

  override forward(x: Tensor, { switches: kept }: LayerContext): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    const options = { poolSize, strides, padding, ceilMode };
    if (!this.#keepsSwitches || !kept) return maxPool1dOp(x, options);
    const { output, switches } = maxPool1dWithSwitches(x, options);
    kept.set(this, switches);
    return output;
  }
}

/**
 * The maximum of each `poolSize` window of a [length, channels] sequence, channel by channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maxPool1d({ poolSize: 2 }) // halves the length
 */
export function maxPool1d<
  const Pool extends number,
  const Strides extends number = Pool,
  const Pad extends Padding1d = 'valid',
  const Ceil extends boolean = false,
>(options: Pool1dOptions<Pool, Strides, Pad, Ceil>): MaxPool1d<Pool, Strides, Pad, Ceil> {
  return new MaxPool1d(options);
}
