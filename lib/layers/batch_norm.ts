// Batch normalisation over every axis but the last:  y = gamma · (x − mean) / √(variance + epsilon) + beta
//   gamma, beta, runningMean, runningVariance  [channels]
// In training mean and variance are the batch's and the running ones follow:  running ← (1 − m)·running + m·batch,
// with the unbiased variance. Otherwise the running ones are used. Ioffe & Szegedy 2015 (arXiv 1502.03167).
import { ones, zeros } from '../initializers/constant.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { batchNorm as batchNormOp } from '../ops/batch_norm.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerContext, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `batchNorm`. */
export interface BatchNormOptions extends LayerOptions {
  /** Weight of the new batch in the running statistics, PyTorch's convention; default 0.1. Keras' momentum is 1 minus this (0.99 there is 0.01 here). */
  readonly momentum?: number;
  /** Added to the variance, default 1e-5 (Keras: 1e-3). */
  readonly epsilon?: number;
  /** Initial scale, default `ones`. */
  readonly gammaInitializer?: Initializer;
  /** Initial shift, default `zeros`. */
  readonly betaInitializer?: Initializer;
}

/** The layer that `batchNorm` makes. */
export class BatchNorm extends Layer<SameShape> {
  readonly momentum: number;
  readonly epsilon: number;
  readonly #gammaInitializer: Initializer;
  readonly #betaInitializer: Initializer;

  constructor(options: BatchNormOptions = {}) {
    checkOptions('batchNorm', options, ['name', 'momentum', 'epsilon', 'gammaInitializer', 'betaInitializer']);
    super('batchNorm', options);
    checkInitializers('batchNorm', options);
    const { momentum = 0.1, epsilon = 1e-5 } = options;
    checkNumber('batchNorm', 'momentum', momentum, 0, 1);
    checkNumber('batchNorm', 'epsilon', epsilon, 0);
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.#gammaInitializer = options.gammaInitializer ?? ones;
    this.#betaInitializer = options.betaInitializer ?? zeros;
  }

  override outputShape(input: Shape): Shape {
    if (input.length === 0) throw new ShapeError('batchNorm: expects an input with channels last, got []');
    return input;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = this.outputShape(input).slice(-1);
    return {
      gamma: { shape, initializer: this.#gammaInitializer, trainable: true },
      beta: { shape, initializer: this.#betaInitializer, trainable: true },
      runningMean: { shape, initializer: zeros, trainable: false },
      runningVariance: { shape, initializer: ones, trainable: false },
    };
  }

  override forward(x: Tensor, { training }: LayerContext): Tensor {
    const [gamma, beta] = [this.parameter('gamma'), this.parameter('beta')];
    const [runningMean, runningVariance] = [this.parameter('runningMean'), this.parameter('runningVariance')];
    const { momentum, epsilon } = this;
    return batchNormOp(x, gamma, beta, runningMean, runningVariance, { training, momentum, epsilon });
  }
}

/**
 * Normalises each channel by the batch's mean and variance in training, by their running averages otherwise.
 *
 * Defaults are PyTorch's: momentum 0.1 (Keras' 0.99 is 0.01 here), epsilon 1e-5 (Keras: 1e-3).
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.batchNorm()
 */
export function batchNorm(options?: BatchNormOptions): BatchNorm {
  return new BatchNorm(options);
}
