// Parametric ReLU:  y = x where x > 0, else slope · x, with a learned slope [channels] (or one for all channels, [1]).
// He et al. 2015 (arXiv 1502.01852).
import { constant, zeros } from '../initializers/constant.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { prelu as preluOp } from '../ops/prelu.js';
import { checkBoolean, checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `prelu`. */
export interface PreluOptions extends LayerOptions {
  /** Whether all channels share one slope, default false. */
  readonly shared?: boolean;
  /** Initial slopes, default `constant(0.25)` (Keras: `zeros`). */
  readonly slopeInitializer?: Initializer;
}

/** The layer that `prelu` makes. */
export class Prelu extends Layer<SameShape> {
  readonly shared: boolean;
  readonly #slopeInitializer: Initializer | undefined;

  constructor(options: PreluOptions = {}) {
    checkOptions('prelu', options, ['name', 'shared', 'slopeInitializer']);
    super('prelu', options);
    checkInitializers('prelu', options);
    const { shared = false, slopeInitializer } = options;
    checkBoolean('prelu', 'shared', shared);
    this.shared = shared;
    this.#slopeInitializer = slopeInitializer;
  }

  override outputShape(input: Shape): Shape {
    if (input.length === 0) throw new ShapeError('prelu: expects an input with channels last, got []');
    return input;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const channels = this.outputShape(input).slice(-1);
    const start = this.#slopeInitializer
      ? { initializer: this.#slopeInitializer }
      : { initializer: constant(0.25), keras: zeros };
    return { slope: { shape: this.shared ? [1] : channels, ...start, trainable: true } };
  }

  override forward(x: Tensor): Tensor {
    return preluOp(x, this.parameter('slope'));
  }
}

/**
 * A rectifier whose slope below 0 is learned, one per channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.prelu() // parameter 'slope' [channels], 0.25 at first
 */
export function prelu(options?: PreluOptions): Prelu {
  return new Prelu(options);
}
