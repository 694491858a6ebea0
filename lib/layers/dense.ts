// Dense layer:  y = activation(x · weights + bias)
//   x       [batch, features]
//   weights [features, units]
//   bias    [units]
import { zeros } from '../initializers/constant.js';
import { glorotUniform } from '../initializers/glorot.js';
import { kaimingUniform } from '../initializers/he.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { fanInUniform } from '../initializers/uniform.js';
import { matmul } from '../ops/matmul.js';
import { checkBoolean, checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { IsUnknownRank, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ActivationName, activate, checkActivation, splitActivation } from './activations.js';
import { type Epilogue, type Forward, Layer, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `dense`. */
export interface DenseOptions<Units extends number = number, Inputs extends number = number> extends LayerOptions {
  /** Number of outputs. */
  readonly units: Units;
  /** Number of input features, for those who want it checked where it is written; default: whatever comes in. */
  readonly inputs?: Inputs;
  /** Default `'none'`. */
  readonly activation?: ActivationName;
  /** Whether a bias per unit is added, default true. */
  readonly bias?: boolean;
  /** Default `kaimingUniform(√5)`, PyTorch's: U(±1/√fanIn). */
  readonly weightsInitializer?: Initializer;
  /** Default PyTorch's: U(±1/√fanIn) with the weights' fan-in. */
  readonly biasInitializer?: Initializer;
}

interface DenseRule<Units extends number, Inputs extends number> extends ShapeRule {
  readonly output: IsUnknownRank<this['input']> extends true
    ? [Units]
    : this['input'] extends readonly [infer Features extends number]
      ? number extends Features | Inputs
        ? [Units]
        : Features extends Inputs
          ? [Units]
          : `dense declares ${Inputs} inputs, got ${Features} features`
      : `dense expects a flat input [features], got ${ShapeText<this['input']>}: put flatten() before it`;
}

const known = ['name', 'units', 'inputs', 'activation', 'bias', 'weightsInitializer', 'biasInitializer'];

/** The layer that `dense` makes. */
export class Dense<Units extends number = number, Inputs extends number = number> extends Layer<
  DenseRule<Units, Inputs>
> {
  readonly units: number;
  readonly inputs: number | undefined;
  readonly activation: ActivationName;
  readonly bias: boolean;
  readonly #weightsInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  constructor(options: DenseOptions) {
    checkOptions('dense', options, known);
    super('dense', options);
    checkInitializers('dense', options);
    const { units, inputs, activation = 'none', bias = true } = options;
    checkInteger('dense', 'units', units);
    if (inputs !== undefined) checkInteger('dense', 'inputs', inputs);
    checkActivation('dense', activation);
    checkBoolean('dense', 'bias', bias);
    if (!bias && options.biasInitializer) throw new ArgumentError('dense: biasInitializer is given but bias is false');
    this.units = units;
    this.inputs = inputs;
    this.activation = activation;
    this.bias = bias;
    this.#weightsInitializer = options.weightsInitializer;
    this.#biasInitializer = options.biasInitializer;
  }

  #features(input: Shape): number {
    const [features] = input;
    if (input.length !== 1 || features === undefined) {
      throw new ShapeError(
        `dense: expects a flat input [features], got ${formatShape(input)}: put flatten() before it`,
      );
    }
    if (this.inputs !== undefined && this.inputs !== features) {
      throw new ShapeError(`dense: declares ${this.inputs} inputs, got ${features} features`);
    }
    return features;
  }

  override outputShape(input: Shape): Shape {
    this.#features(input);
    return [this.units];
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [this.#features(input), this.units];
    const weights = this.#weightsInitializer
      ? { shape, initializer: this.#weightsInitializer, trainable: true }
      : { shape, initializer: kaimingUniform(Math.sqrt(5)), keras: glorotUniform(), trainable: true };
    if (!this.bias) return { weights };
    const bias = this.#biasInitializer
      ? { initializer: this.#biasInitializer }
      : { initializer: fanInUniform(shape), keras: zeros };
    return { weights, bias: { shape: [this.units], ...bias, trainable: true } };
  }

  override macs(input: Shape): number {
    return this.#features(input) * this.units;
  }

  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return this.#run(x, this.activation);
  }

  override withEpilogue(epilogue: Epilogue): Forward | undefined {
    return this.activation === 'none' ? (x) => this.#run(x, epilogue) : undefined;
  }

  #run(x: Tensor, activation: ActivationName): Tensor {
    const { fused, after } = splitActivation(activation);
    const bias = this.bias && { bias: this.parameter('bias') };
    return activate(after, matmul(x, this.parameter('weights'), { ...bias, activation: fused }));
  }
}

/**
 * A fully connected layer: every output depends on every input feature.
 *
 * Weights start as PyTorch's default, U(±1/√fanIn) for weights and bias (Keras' is `glorotUniform()` and `zeros`).
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.dense({ units: 10 })
 */
export function dense<const Units extends number, const Inputs extends number = number>(
  options: DenseOptions<Units, Inputs>,
): Dense<Units, Inputs> {
  return new Dense(options);
}
