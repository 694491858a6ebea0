// Trainable subsampling of LeNet-5:  y(i, j, c) = weight(c) · Σ over the window of x(·, ·, c) + bias(c)
//   weight, bias  [channels]
// LeCun et al. 1998, where a squashing function follows: put an activation after it.
import { constant, zeros } from '../initializers/constant.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { add } from '../ops/add.js';
import { multiply } from '../ops/multiply.js';
import { sumPool2d } from '../ops/sum_pool2d.js';
import type { Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

/** Options of `subsampling2d`. */
export interface Subsampling2dOptions<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2dOptions<Pool, Strides, Pad, Ceil> {
  /** Initial weights, default 1 / (elements of the window): average pooling. */
  readonly weightInitializer?: Initializer;
  /** Initial biases, default `zeros`. */
  readonly biasInitializer?: Initializer;
}

/** The layer that `subsampling2d` makes. */
export class Subsampling2d<
  Pool extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Ceil extends boolean = boolean,
> extends Pool2d<'subsampling2d', Pool, Strides, Pad, Ceil> {
  readonly #weightInitializer: Initializer;
  readonly #biasInitializer: Initializer;

  constructor(options: Subsampling2dOptions) {
    super('subsampling2d', options, ['weightInitializer', 'biasInitializer']);
    checkInitializers('subsampling2d', options);
    const [height, width] = this.poolSize;
    this.#weightInitializer = options.weightInitializer ?? constant(1 / (height * width));
    this.#biasInitializer = options.biasInitializer ?? zeros;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [checkImage('subsampling2d', input)[2]];
    return {
      weight: { shape, initializer: this.#weightInitializer, trainable: true },
      bias: { shape, initializer: this.#biasInitializer, trainable: true },
    };
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    const sums = sumPool2d(x, { poolSize, strides, padding, ceilMode });
    return add(multiply(sums, this.parameter('weight')), this.parameter('bias'));
  }
}

/**
 * The sum of each `poolSize` window, scaled and shifted by a weight and a bias learned for each channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.subsampling2d({ poolSize: 2 }) // parameters 'weight' and 'bias' [channels]
 */
export function subsampling2d<
  const Pool extends Pair,
  const Strides extends Pair = Pool,
  const Pad extends Padding = 'valid',
  const Ceil extends boolean = false,
>(options: Subsampling2dOptions<Pool, Strides, Pad, Ceil>): Subsampling2d<Pool, Strides, Pad, Ceil> {
  return new Subsampling2d(options);
}
