// 2-D convolution layer:  y = activation(x ⋆ filter + bias)
//   x      [batch, height, width, channels]
//   filter [kernelHeight, kernelWidth, channels / groups, filters]
//   bias   [filters]
import { kaimingUniform } from '../initializers/he.js';
import { type ConvAlgorithm, checkAlgorithm } from '../ops/conv_algorithm.js';
import { conv2d as conv2dOp } from '../ops/conv2d.js';
import { checkBoolean, type Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { ChannelsOf, Divides, ShapeText, WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkGroupedChannels, checkGroups, type FilterEpilogue } from './filter_layer.js';
import { type DilatedFilterOptions, FilterLayer2d } from './filter_layer2d.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `conv2d`. */
export interface Conv2dOptions<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
  Groups extends number = number,
> extends DilatedFilterOptions<Kernel, Strides, Pad, Dilations> {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: Groups;
  /** Whether the kernel is flipped on both axes, which makes it convolution in the mathematical sense; default false. */
  readonly flip?: boolean;
  /** How outputs and gradients are computed, default `'auto'`: the fastest way by an estimate. */
  readonly algorithm?: ConvAlgorithm;
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

const kind = 'conv2d';

/** The layer that `conv2d` makes. */
export class Conv2d<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
  Groups extends number = number,
> extends FilterLayer2d<Conv2dRule<Filters, Kernel, Strides, Pad, Dilations, Groups>> {
  readonly filters: number;
  readonly groups: number;
  readonly flip: boolean;
  readonly algorithm: ConvAlgorithm;

  constructor(options: Conv2dOptions) {
    super(kind, options, ['filters', 'kernelSize', 'strides', 'padding', 'dilations', 'groups', 'flip', 'algorithm']);
    const { filters, groups = 1, flip = false, algorithm = 'auto' } = options;
    checkGroups(kind, filters, groups);
    checkBoolean(kind, 'flip', flip);
    this.filters = filters;
    this.groups = groups;
    this.flip = flip;
    checkAlgorithm(kind, algorithm, this);
    this.algorithm = algorithm;
  }

  protected override outputChannels(channels: number): number {
    checkGroupedChannels(kind, channels, this.groups);
    return this.filters;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [...this.kernelSize, checkImage(kind, input)[2] / this.groups, this.filters];
    return { filter: this.filterSpec(shape, kaimingUniform(Math.sqrt(5))), ...this.biasSpec([this.filters], shape) };
  }

  override macs(input: Shape): number {
    return elementCount(this.outputShape(input)) * elementCount(this.kernelSize) * ((input[2] as number) / this.groups);
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding, dilations, groups, flip, algorithm } = this;
    return conv2dOp(x, this.parameter('filter'), { ...epilogue, strides, padding, dilations, groups, flip, algorithm });
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
