// 1-D convolution layer:  y = activation(x ⋆ filter + bias)
//   x      [batch, length, channels]
//   filter [kernel, channels / groups, filters]
//   bias   [filters]
import { singleRow } from '../ops/conv_geometry.js';
import { conv1d as conv1dOp } from '../ops/conv1d.js';
import { checkBoolean, checkInteger } from '../tensor/arguments.js';
import type { Window2d } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { Divides, SequenceChannelsOf, SequenceOutput, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPadding1d, type Padding1d, window1d } from '../tensor/window1d.js';
import {
  checkGroupedChannels,
  checkGroups,
  type FilterEpilogue,
  FilterLayer,
  type FilterLayerOptions,
} from './filter_layer.js';
import { checkSequence } from './image.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `conv1d`. */
export interface Conv1dOptions<
  Filters extends number = number,
  Kernel extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Dilations extends number = number,
  Groups extends number = number,
> extends FilterLayerOptions {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Extent of the kernel. */
  readonly kernelSize: Kernel;
  /** Step between windows, default 1. */
  readonly strides?: Strides;
  /** Zeros around the sequence, default `'valid'`. */
  readonly padding?: Pad;
  /** Distance between kernel taps, default 1. */
  readonly dilations?: Dilations;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: Groups;
  /** Whether the kernel is flipped, which makes it convolution in the mathematical sense; default false. */
  readonly flip?: boolean;
}

interface Conv1dRule<
  Filters extends number,
  Kernel extends number,
  Strides extends number,
  Pad extends Padding1d,
  Dilations extends number,
  Groups extends number,
> extends ShapeRule {
  readonly output: Divides<Groups, SequenceChannelsOf<this['input']>> extends true
    ? Divides<Groups, Filters> extends true
      ? SequenceOutput<'conv1d', this['input'], Kernel, Strides, Dilations, Pad, Filters>
      : `conv1d has ${Groups} groups, which do not divide its ${Filters} filters`
    : `conv1d has ${Groups} groups, which do not divide the channels of its input ${ShapeText<this['input']>}`;
}

const kind = 'conv1d';

/** The layer that `conv1d` makes. */
export class Conv1d<
  Filters extends number = number,
  Kernel extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  Dilations extends number = number,
  Groups extends number = number,
> extends FilterLayer<Conv1dRule<Filters, Kernel, Strides, Pad, Dilations, Groups>> {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: Padding1d;
  readonly dilations: number;
  readonly groups: number;
  readonly flip: boolean;

  constructor(options: Conv1dOptions) {
    super(kind, options, ['filters', 'kernelSize', 'strides', 'padding', 'dilations', 'groups', 'flip']);
    const { filters, kernelSize, strides = 1, padding = 'valid', dilations = 1, groups = 1, flip = false } = options;
    for (const [name, value] of Object.entries({ kernelSize, strides, dilations })) checkInteger(kind, name, value);
    checkGroups(kind, filters, groups);
    checkPadding1d(kind, padding);
    checkBoolean(kind, 'flip', flip);
    this.filters = filters;
    this.kernelSize = kernelSize;
    this.strides = strides;
    this.padding = padding;
    this.dilations = dilations;
    this.groups = groups;
    this.flip = flip;
  }

  override window(input: Shape): Window2d {
    const [length, channels] = checkSequence(kind, input);
    checkGroupedChannels(kind, channels, this.groups);
    return { height: singleRow, width: window1d(kind, length, this) };
  }

  override outputShape(input: Shape): Shape {
    return [this.window(input).width.out, this.filters];
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [this.kernelSize, checkSequence(kind, input)[1] / this.groups, this.filters];
    return { filter: this.filterSpec(shape), ...this.biasSpec([this.filters], shape) };
  }

  override macs(input: Shape): number {
    return (elementCount(this.outputShape(input)) * this.kernelSize * (input[1] as number)) / this.groups;
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding, dilations, groups, flip } = this;
    return conv1dOp(x, this.parameter('filter'), { ...epilogue, strides, padding, dilations, groups, flip });
  }
}

/**
 * 1-D convolution (cross-correlation) of [length, channels] sequences with `filters` kernels, plus bias and activation.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.conv1d({ filters: 64, kernelSize: 3, padding: 'causal', activation: 'relu' })
 */
export function conv1d<
  const Filters extends number,
  const Kernel extends number,
  const Strides extends number = 1,
  const Pad extends Padding1d = 'valid',
  const Dilations extends number = 1,
  const Groups extends number = 1,
>(
  options: Conv1dOptions<Filters, Kernel, Strides, Pad, Dilations, Groups>,
): Conv1d<Filters, Kernel, Strides, Pad, Dilations, Groups> {
  return new Conv1d(options);
}
