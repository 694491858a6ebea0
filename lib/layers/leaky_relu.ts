// Leaky ReLU with a slope of one's own:  y = x where x > 0, else negativeSlope · x
import { leakyRelu as leakyReluOp } from '../ops/leaky_relu.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `leakyRelu`. */
export interface LeakyReluOptions extends LayerOptions {
  /** What negative elements are multiplied with, default 0.01 (Keras: 0.3). */
  readonly negativeSlope?: number;
}

/** The layer that `leakyRelu` makes. */
export class LeakyRelu extends Layer<SameShape> {
  readonly negativeSlope: number;

  constructor(options: LeakyReluOptions = {}) {
    checkOptions('leakyRelu', options, ['name', 'negativeSlope']);
    super('leakyRelu', options);
    const { negativeSlope = 0.01 } = options;
    checkNumber('leakyRelu', 'negativeSlope', negativeSlope);
    this.negativeSlope = negativeSlope;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor): Tensor {
    return leakyReluOp(x, { negativeSlope: this.negativeSlope });
  }
}

/**
 * A rectifier that lets through a part of what is negative; with the default slope the same as `activation('leakyRelu')`.
 *
 * @throws ArgumentError for an unknown option or a slope that is not finite.
 * @example
 * layers.leakyRelu({ negativeSlope: 0.1 })
 */
export function leakyRelu(options?: LeakyReluOptions): LeakyRelu {
  return new LeakyRelu(options);
}
