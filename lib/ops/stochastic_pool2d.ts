import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkBoolean, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { Random } from '../tensor/random.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { divide } from './divide.js';
import { emptySwitches, routeToSwitches } from './max_pool2d.js';
import { maximum } from './maximum.js';
import { type Pool2dOptions, type PoolGeometry, type PoolNumbers, poolGeometry } from './pool2d.js';
import { fillUniform } from './random_fill.js';
import { relu } from './relu.js';
import { square } from './square.js';
import { sumPool2d } from './sum_pool2d.js';

declare module '../native.js' {
  interface Native {
    /** u in [0, 1) and switches have y's length; switches are maxPool2d's. */
    stochasticPool2d(x: Handle, u: Handle, y: Handle, switches: Handle, ...geometry: PoolNumbers): void;
  }
}

/** Options of {@link stochasticPool2d}. */
export interface StochasticPool2dOptions extends Pool2dOptions {
  /** Whether to draw, or to take the mean by the probabilities. */
  readonly training: boolean;
  /** Source of randomness, needed in training; one word is drawn per output. */
  readonly random?: Random;
}

interface Attributes extends PoolGeometry {
  readonly random: Random;
}

const stochasticPool2dOp = defineOp({
  name: 'stochasticPool2d',
  forward([x]: [Tensor], { random, ...geometry }: Attributes) {
    const output = empty(geometry.outputShape, x.dtype);
    const u = empty(geometry.outputShape, x.dtype);
    fillUniform(u, { random });
    const switches = emptySwitches(geometry);
    native.stochasticPool2d(x.handle, u.handle, output.handle, switches.handle, ...geometry.numbers);
    u.dispose();
    return { output, saved: { switches, inputShape: x.shape } };
  },
  backward: (dy, { switches, inputShape }, geometry) => [() => routeToSwitches(dy, switches, inputShape, geometry)],
});

/** Below this sum of activations a window counts as empty. */
const smallest = 1e-12;

/**
 * Stochastic pooling: of each window one activation is drawn, with probability proportional to it; in evaluation the mean
 * of the activations by these probabilities, Σ a² / Σ a. Negative inputs count as 0. Zeiler & Fergus 2013 (arXiv 1301.3557).
 *
 * @param x images [batch, height, width, channels], usually after ReLU
 * @param options the window, `training` and, in training, `random`
 * @returns [batch, output height, output width, channels]; in training the gradient goes to what was drawn
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.stochasticPool2d(x, { poolSize: 3, strides: 2, training: true, random: new Random(42) });
 */
export function stochasticPool2d(x: Tensor, options: StochasticPool2dOptions): Tensor {
  const geometry = poolGeometry('stochasticPool2d', x, options, ['training', 'random']);
  const { training, random, ...window } = options;
  checkBoolean('stochasticPool2d', 'training', training);
  if (training) {
    if (!(random instanceof Random))
      throw new ArgumentError(`stochasticPool2d: random must be a Random in training, but received ${show(random)}`);
    return stochasticPool2dOp([x], { ...geometry, random });
  }
  const activations = relu(x);
  return divide(sumPool2d(square(activations), window), maximum(sumPool2d(activations, window), smallest));
}
