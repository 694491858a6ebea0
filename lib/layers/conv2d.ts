// 2-D convolution layer:  y = activation(x ⋆ filter + bias)
//   x      [batch, height, width, channels]
//   filter [kernelHeight, kernelWidth, channels / groups, filters]
//   bias   [filters]
import { kaimingUniform } from '../initializers/he.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { fanInUniform } from '../initializers/uniform.js';
import { conv2d as conv2dOp } from '../ops/conv2d.js';
import { checkBoolean, checkInteger, checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { checkPadding, type Padding, type Window2d, window2d } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { ChannelsOf, Divides, ShapeText, WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ActivationName, activate, checkActivation, splitActivation } from './activations.js';
import { checkImage } from './image.js';
import { type Epilogue, type Forward, Layer, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `conv2d`. */
export interface Conv2dOptions<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
  Groups extends number = number,
> extends LayerOptions {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Extent of the kernel: one number or [height, width]. */
  readonly kernelSize: Kernel;
  /** Step between windows, default 1. */
  readonly strides?: Strides;
  /** Zeros around the image, default `'valid'`. */
  readonly padding?: Pad;
  /** Distance between kernel taps, default 1. */
  readonly dilations?: Dilations;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: Groups;
  /** Default `'none'`. */
  readonly activation?: ActivationName;
  /** Whether a bias per filter is added, default true. */
  readonly bias?: boolean;
  /** Default `kaimingUniform(√5)`, PyTorch's: U(±1/√fanIn). */
  readonly filterInitializer?: Initializer;
  /** Default PyTorch's: U(±1/√fanIn) with the filter's fan-in. */
  readonly biasInitializer?: Initializer;
}

interface Conv2dRule<
  Filters extends number,
  Kernel extends Pair,
  Strides extends Pair,
  Pad extends Padding,
  Dilations extends Pair,
  Groups extends number,
> extends ShapeRule {
  readonly output: Divides<Groups, ChannelsOf<this['input']>> extends true
    ? Divides<Groups, Filters> extends true
      ? WindowOutput<'conv2d', this['input'], Kernel, Strides, Dilations, Pad, Filters>
      : `conv2d has ${Groups} groups, which do not divide its ${Filters} filters`
    : `conv2d has ${Groups} groups, which do not divide the channels of its input ${ShapeText<this['input']>}`;
}

const known = [
  'name',
  'filters',
  'kernelSize',
  'strides',
  'padding',
  'dilations',
  'groups',
  'activation',
  'bias',
  'filterInitializer',
  'biasInitializer',
];

/** The layer that `conv2d` makes. */
export class Conv2d<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
  Groups extends number = number,
> extends Layer<Conv2dRule<Filters, Kernel, Strides, Pad, Dilations, Groups>> {
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilations: readonly [number, number];
  readonly groups: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  readonly #filterInitializer: Initializer;
  readonly #biasInitializer: Initializer | undefined;

  constructor(options: Conv2dOptions) {
    checkOptions('conv2d', options, known);
    super('conv2d', options);
    checkInitializers('conv2d', options);
    const {
      filters,
      kernelSize,
      strides = 1,
      padding = 'valid',
      dilations = 1,
      groups = 1,
      activation = 'none',
      bias = true,
    } = options;
    checkInteger('conv2d', 'filters', filters);
    checkInteger('conv2d', 'groups', groups);
    if (filters % groups !== 0) throw new ArgumentError(`conv2d: groups ${groups} must divide filters ${filters}`);
    checkPadding('conv2d', padding);
    checkActivation('conv2d', activation);
    checkBoolean('conv2d', 'bias', bias);
    if (!bias && options.biasInitializer) throw new ArgumentError('conv2d: biasInitializer is given but bias is false');
    this.filters = filters;
    this.kernelSize = toPair('conv2d', 'kernelSize', kernelSize);
    this.strides = toPair('conv2d', 'strides', strides);
    this.padding = padding;
    this.dilations = toPair('conv2d', 'dilations', dilations);
    this.groups = groups;
    this.activation = activation;
    this.bias = bias;
    this.#filterInitializer = options.filterInitializer ?? kaimingUniform(Math.sqrt(5));
    this.#biasInitializer = options.biasInitializer;
  }

  override window(input: Shape): Window2d {
    const [height, width, channels] = checkImage('conv2d', input);
    if (channels % this.groups !== 0) {
      throw new ShapeError(`conv2d: input has ${channels} channels, which ${this.groups} groups do not divide`);
    }
    return window2d('conv2d', height, width, this);
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.window(input);
    return [height.out, width.out, this.filters];
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const channels = checkImage('conv2d', input)[2];
    const shape = [...this.kernelSize, channels / this.groups, this.filters];
    const filter = { shape, initializer: this.#filterInitializer, trainable: true };
    if (!this.bias) return { filter };
    const initializer = this.#biasInitializer ?? fanInUniform(shape);
    return { filter, bias: { shape: [this.filters], initializer, trainable: true } };
  }

  override macs(input: Shape): number {
    return elementCount(this.outputShape(input)) * elementCount(this.kernelSize) * ((input[2] as number) / this.groups);
  }

  override forward(x: Tensor): Tensor {
    return this.#run(x, this.activation);
  }

  override withEpilogue(epilogue: Epilogue): Forward | undefined {
    return this.activation === 'none' ? (x) => this.#run(x, epilogue) : undefined;
  }

  #run(x: Tensor, activation: ActivationName): Tensor {
    const { fused, after } = splitActivation(activation);
    const y = conv2dOp(x, this.parameter('filter'), {
      ...(this.bias && { bias: this.parameter('bias') }),
      strides: this.strides,
      padding: this.padding,
      dilations: this.dilations,
      groups: this.groups,
      activation: fused,
    });
    return activate(after, y);
  }
}

/**
 * 2-D convolution (cross-correlation) of [height, width, channels] images with `filters` kernels, plus bias and activation.
 *
 * Weights start as PyTorch's default, U(±1/√fanIn) for filter and bias (Keras' is `glorotUniform()` and `zeros`).
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.conv2d({ filters: 32, kernelSize: 5, padding: 'same', activation: 'relu' })
 */
export function conv2d<
  const Filters extends number,
  const Kernel extends Pair,
  const Strides extends Pair = 1,
  const Pad extends Padding = 'valid',
  const Dilations extends Pair = 1,
  const Groups extends number = 1,
>(
  options: Conv2dOptions<Filters, Kernel, Strides, Pad, Dilations, Groups>,
): Conv2d<Filters, Kernel, Strides, Pad, Dilations, Groups> {
  return new Conv2d(options);
}
