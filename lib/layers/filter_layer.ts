// What layers with a filter, an optional bias and an activation share: those options, and the parameters they ask for.
import { zeros } from '../initializers/constant.js';
import { glorotUniformOf } from '../initializers/glorot.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { fanInUniform } from '../initializers/uniform.js';
import { checkBoolean, checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ActivationName, activate, checkActivation, splitActivation } from './activations.js';
import {
  type Epilogue,
  type Forward,
  Layer,
  type LayerOptions,
  type ParameterSpec,
  type ParameterSpecs,
} from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of layers with a filter. */
export interface FilterLayerOptions extends LayerOptions {
  /** Default `'none'`. */
  readonly activation?: ActivationName;
  /** Whether a bias is added, default true. */
  readonly bias?: boolean;
  /** Default PyTorch's: U(±1/√fanIn), as `kaimingUniform(√5)`. */
  readonly filterInitializer?: Initializer;
  /** Default PyTorch's: U(±1/√fanIn) with the filter's fan-in. */
  readonly biasInitializer?: Initializer;
}

const known = ['activation', 'bias', 'filterInitializer', 'biasInitializer'];

/** How an op is told about bias and fused activation. */
export interface FilterEpilogue {
  readonly bias?: Tensor;
  readonly activation: 'none' | Epilogue;
}

export abstract class FilterLayer<Rule extends ShapeRule> extends Layer<Rule> {
  readonly activation: ActivationName;
  readonly bias: boolean;
  readonly #filterInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  /** @param own the options that the layer adds to these */
  constructor(kind: string, options: FilterLayerOptions, own: readonly string[]) {
    checkOptions(kind, options, ['name', ...own, ...known]);
    super(kind, options);
    checkInitializers(kind, options);
    const { activation = 'none', bias = true } = options;
    checkActivation(kind, activation);
    checkBoolean(kind, 'bias', bias);
    if (!bias && options.biasInitializer)
      throw new ArgumentError(`${kind}: biasInitializer is given but bias is false`);
    this.activation = activation;
    this.bias = bias;
    this.#filterInitializer = options.filterInitializer;
    this.#biasInitializer = options.biasInitializer;
  }

  /**
   * A filter of that shape, which starts as the options say, else as `initializer` does; `weights` is the shape that Keras'
   * default takes its fans from.
   */
  protected filterSpec(
    shape: Shape,
    initializer: Initializer = fanInUniform(shape),
    weights: Shape = shape,
  ): ParameterSpec {
    const given = this.#filterInitializer;
    return given
      ? { shape, initializer: given, trainable: true }
      : { shape, initializer, keras: glorotUniformOf(weights), trainable: true };
  }

  /** The bias, if there is one: of shape `bias`, beside weights of shape `fan`, [..., inputs, outputs]. */
  protected biasSpec(bias: Shape, fan: Shape): ParameterSpecs {
    if (!this.bias) return {};
    const given = this.#biasInitializer;
    return {
      bias: given
        ? { shape: bias, initializer: given, trainable: true }
        : { shape: bias, initializer: fanInUniform(fan), keras: zeros, trainable: true },
    };
  }

  /** The op on x with bias; it may leave the fused activation to be applied. */
  protected abstract apply(x: Tensor, epilogue: FilterEpilogue): Tensor;

  override forward(x: Tensor): Tensor {
    return this.#run(x, this.activation);
  }

  override withEpilogue(epilogue: Epilogue): Forward | undefined {
    return this.activation === 'none' ? (x) => this.#run(x, epilogue) : undefined;
  }

  #run(x: Tensor, name: ActivationName): Tensor {
    const { fused, after } = splitActivation(name);
    return activate(after, this.apply(x, { activation: fused, ...(this.bias && { bias: this.parameter('bias') }) }));
  }
}

/** @throws ArgumentError unless filters and groups are positive integers and the groups divide the filters. */
export function checkGroups(kind: string, filters: number, groups: number): void {
  checkInteger(kind, 'filters', filters);
  checkInteger(kind, 'groups', groups);
  if (filters % groups !== 0) throw new ArgumentError(`${kind}: groups ${groups} must divide filters ${filters}`);
}

/** @throws ShapeError unless the groups divide the channels of the input. */
export function checkGroupedChannels(kind: string, channels: number, groups: number): void {
  if (channels % groups !== 0)
    throw new ShapeError(`${kind}: input has ${channels} channels, which ${groups} groups do not divide`);
}
