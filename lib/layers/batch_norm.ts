// Batch normalisation over every axis but the last:  y = gamma · (x − mean) / √(variance + epsilon) + beta
//   gamma, beta, runningMean, runningVariance  [channels]
// In training mean and variance are the batch's and the running ones follow:  running ← (1 − m)·running + m·batch,
// with the unbiased variance (PyTorch) or the biased one (Keras). Otherwise the running ones are used. Ioffe & Szegedy 2015 (arXiv 1502.03167).
import { ones, zeros } from '../initializers/constant.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { batchNorm as batchNormOp, type VarianceConvention } from '../ops/batch_norm.js';
import type { FusedActivation } from '../ops/epilogue.js';
import { checkBoolean, checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  type Epilogue,
  type Forward,
  Layer,
  type LayerContext,
  type LayerOptions,
  type ParameterSpecs,
} from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `batchNorm`. */
export interface BatchNormOptions extends LayerOptions {
  /** Weight of the new batch in the running statistics, PyTorch's convention; default 0.1. Keras' momentum is 1 minus this (0.99 there is 0.01 here). */
  readonly momentum?: number;
  /** Added to the variance, default 1e-5 (Keras: 1e-3). */
  readonly epsilon?: number;
  /** Whether the running variance follows the unbiased variance of batches (`'pytorch'`, the default) or the biased one (`'keras'`). */
  readonly varianceConvention?: VarianceConvention;
  /** Whether gamma is learned, default true; else it stays as it begins. */
  readonly scale?: boolean;
  /** Whether beta is learned, default true; else it stays as it begins. */
  readonly center?: boolean;
  /** Initial scale, default `ones`. */
  readonly gammaInitializer?: Initializer;
  /** Initial shift, default `zeros`. */
  readonly betaInitializer?: Initializer;
}

const known = [
  ...['name', 'momentum', 'epsilon', 'varianceConvention', 'scale', 'center'],
  ...['gammaInitializer', 'betaInitializer'],
];

/** The layer that `batchNorm` makes. */
export class BatchNorm extends Layer<SameShape> {
  readonly momentum: number;
  readonly epsilon: number;
  readonly varianceConvention: VarianceConvention;
  readonly scale: boolean;
  readonly center: boolean;
  readonly #gammaInitializer: Initializer;
  readonly #betaInitializer: Initializer;

  constructor(options: BatchNormOptions = {}) {
    checkOptions('batchNorm', options, known);
    super('batchNorm', options);
    checkInitializers('batchNorm', options);
    const { momentum = 0.1, epsilon = 1e-5, varianceConvention = 'pytorch', scale = true, center = true } = options;
    checkNumber('batchNorm', 'momentum', momentum, 0, 1);
    checkNumber('batchNorm', 'epsilon', epsilon, 0);
    checkChoice('batchNorm', 'varianceConvention', varianceConvention, ['pytorch', 'keras']);
    checkBoolean('batchNorm', 'scale', scale);
    checkBoolean('batchNorm', 'center', center);
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.varianceConvention = varianceConvention;
    this.scale = scale;
    this.center = center;
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
      gamma: { shape, initializer: this.#gammaInitializer, trainable: this.scale },
      beta: { shape, initializer: this.#betaInitializer, trainable: this.center },
      runningMean: { shape, initializer: zeros, trainable: false },
      runningVariance: { shape, initializer: ones, trainable: false },
    };
  }

  override forward(x: Tensor, context: LayerContext): Tensor {
    return this.#apply(x, context, 'none');
  }

  override withEpilogue(epilogue: Epilogue): Forward {
    return (x, context) => this.#apply(x, context, epilogue);
  }

  #apply(x: Tensor, { training }: LayerContext, activation: FusedActivation): Tensor {
    const [gamma, beta] = [this.parameter('gamma'), this.parameter('beta')];
    const [runningMean, runningVariance] = [this.parameter('runningMean'), this.parameter('runningVariance')];
    const { momentum, epsilon, varianceConvention } = this;
    const options = { training, momentum, epsilon, varianceConvention, activation };
    return batchNormOp(x, gamma, beta, runningMean, runningVariance, options);
  }
}

/**
 * Normalises each channel by the batch's mean and variance in training, by their running averages otherwise.
 *
 * Defaults are PyTorch's; Keras' are those of the second line below.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.batchNorm()
 * layers.batchNorm({ momentum: 0.01, epsilon: 1e-3, varianceConvention: 'keras' })
 */
export function batchNorm(options?: BatchNormOptions): BatchNorm {
  return new BatchNorm(options);
}
