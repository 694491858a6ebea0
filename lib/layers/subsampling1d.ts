// Trainable subsampling of sequences:  y(t, c) = weight(c) · Σ over the window of x(·, c) + bias(c)
//   weight, bias  [channels]
// LeCun et al. 1998 do it with images (subsampling2d), and let a squashing function follow: put an activation after it.
import { constant, zeros } from '../initializers/constant.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { add } from '../ops/add.js';
import { multiply } from '../ops/multiply.js';
import { pool1d } from '../ops/pool1d.js';
import { sumPool2d } from '../ops/sum_pool2d.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Padding1d } from '../tensor/window1d.js';
import { checkSequence } from './image.js';
import type { ParameterSpecs } from './layer.js';
import { Pool1d, type Pool1dOptions } from './pool1d.js';

/** Options of `subsampling1d`. */
export interface Subsampling1dOptions<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1dOptions<Pool, Strides, Pad, Ceil> {
  /** Initial weights, default 1 / (elements of the window): average pooling. */
  readonly weightInitializer?: Initializer;
  /** Initial biases, default `zeros`. */
  readonly biasInitializer?: Initializer;
}

/** The layer that `subsampling1d` makes. */
export class Subsampling1d<
  Pool extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Ceil extends boolean = boolean,
> extends Pool1d<'subsampling1d', Pool, Strides, Pad, Ceil> {
  readonly #weightInitializer: Initializer;
  readonly #biasInitializer: Initializer;

  constructor(options: Subsampling1dOptions) {
    super('subsampling1d', options, ['weightInitializer', 'biasInitializer']);
    checkInitializers('subsampling1d', options);
    this.#weightInitializer = options.weightInitializer ?? constant(1 / this.poolSize);
    this.#biasInitializer = options.biasInitializer ?? zeros;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [checkSequence('subsampling1d', input)[1]];
    return {
      weight: { shape, initializer: this.#weightInitializer, trainable: true },
      bias: { shape, initializer: this.#biasInitializer, trainable: true },
    };
  }

  override forward(x: Tensor): Tensor {
    const { poolSize, strides, padding, ceilMode } = this;
    const sums = pool1d('subsampling1d', x, { poolSize, strides, padding, ceilMode }, [], (image, window) =>
      sumPool2d(image, { ...window, ceilMode }),
    );
    return add(multiply(sums, this.parameter('weight')), this.parameter('bias'));
  }
}

/**
 * The sum of each `poolSize` window of a sequence, scaled and shifted by a weight and a bias learned for each channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.subsampling1d({ poolSize: 2 }) // parameters 'weight' and 'bias' [channels]
 */
export function subsampling1d<
  const Pool extends number,
  const Strides extends number = Pool,
  const Pad extends Padding1d = 'valid',
  const Ceil extends boolean = false,
>(options: Subsampling1dOptions<Pool, Strides, Pad, Ceil>): Subsampling1d<Pool, Strides, Pad, Ceil> {
  return new Subsampling1d(options);
}
