// 2-D transposed convolution layer:  y = activation(x ⋆ᵀ filter + bias)
//   x      [batch, height, width, channels]
//   filter [kernelHeight, kernelWidth, filters / groups, channels]
//   bias   [filters]
import { conv2dTranspose as conv2dTransposeOp } from '../ops/conv2d_transpose.js';
import { type Pair, toPair } from '../tensor/arguments.js';
import { checkPadding, type Padding, type Window2d } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { ChannelsOf, Divides, ShapeText, TransposedOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { transposedWindow2d } from '../tensor/transposed_window.js';
import {
  checkGroupedChannels,
  checkGroups,
  type FilterEpilogue,
  FilterLayer,
  type FilterLayerOptions,
} from './filter_layer.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import { type ReceptiveField, throughTransposed } from './receptive_field.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `conv2dTranspose`. */
export interface Conv2dTransposeOptions<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  More extends Pair = Pair,
  Dilations extends Pair = Pair,
  Groups extends number = number,
> extends FilterLayerOptions {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Extent of the kernel: one number or [height, width]. */
  readonly kernelSize: Kernel;
  /** Distance of the windows in the output, default 1. */
  readonly strides?: Strides;
  /** What is cut off the output: the padding of the convolution that this transposes; default `'valid'`. */
  readonly padding?: Pad;
  /** Rows and columns more at the end of the output, fewer than the stride; default 0. */
  readonly outputPadding?: More;
  /** Distance between kernel taps, default 1. */
  readonly dilations?: Dilations;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: Groups;
}

interface Conv2dTransposeRule<
  Filters extends number,
  Kernel extends Pair,
  Strides extends Pair,
  Pad extends Padding,
  More extends Pair,
  Dilations extends Pair,
  Groups extends number,
> extends ShapeRule {
  readonly output: Divides<Groups, ChannelsOf<this['input']>> extends true
    ? Divides<Groups, Filters> extends true
      ? TransposedOutput<'conv2dTranspose', this['input'], Kernel, Strides, Dilations, Pad, More, Filters>
      : `conv2dTranspose has ${Groups} groups, which do not divide its ${Filters} filters`
    : `conv2dTranspose has ${Groups} groups, which do not divide the channels of its input ${ShapeText<this['input']>}`;
}

const kind = 'conv2dTranspose';

/** The layer that `conv2dTranspose` makes. */
export class Conv2dTranspose<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  More extends Pair = Pair,
  Dilations extends Pair = Pair,
  Groups extends number = number,
> extends FilterLayer<Conv2dTransposeRule<Filters, Kernel, Strides, Pad, More, Dilations, Groups>> {
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly outputPadding: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;

  constructor(options: Conv2dTransposeOptions) {
    super(kind, options, ['filters', 'kernelSize', 'strides', 'padding', 'outputPadding', 'dilations', 'groups']);
    const {
      filters,
      kernelSize,
      strides = 1,
      padding = 'valid',
      outputPadding = 0,
      dilations = 1,
      groups = 1,
    } = options;
    checkGroups(kind, filters, groups);
    checkPadding(kind, padding);
    this.filters = filters;
    this.kernelSize = toPair(kind, 'kernelSize', kernelSize);
    this.strides = toPair(kind, 'strides', strides);
    this.padding = padding;
    this.outputPadding = toPair(kind, 'outputPadding', outputPadding, 0);
    this.dilations = toPair(kind, 'dilations', dilations);
    this.groups = groups;
  }

  #transposed(input: Shape): Window2d {
    const [height, width, channels] = checkImage(kind, input);
    checkGroupedChannels(kind, channels, this.groups);
    return transposedWindow2d(kind, height, width, this);
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.#transposed(input);
    return [height.input, width.input, this.filters];
  }

  override receptiveField(before: ReceptiveField | undefined, input: Shape): ReceptiveField | undefined {
    return before && throughTransposed(before, this.#transposed(input));
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [...this.kernelSize, this.filters / this.groups, checkImage(kind, input)[2]];
    return { filter: this.filterSpec(shape), ...this.biasSpec([this.filters], shape) };
  }

  override macs(input: Shape): number {
    return elementCount(input) * elementCount(this.kernelSize) * (this.filters / this.groups);
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding, outputPadding, dilations, groups } = this;
    const window = { strides, padding, outputPadding, dilations, groups };
    return conv2dTransposeOp(x, this.parameter('filter'), { ...epilogue, ...window });
  }
}

/**
 * 2-D transposed convolution ("deconvolution") of [height, width, channels] images, plus bias and activation.
 *
 * The output's extent is (input − 1)·stride + kernel − padding + outputPadding, and input·stride with padding `'same'`.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.conv2dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: 'same' })
 */
export function conv2dTranspose<
  const Filters extends number,
  const Kernel extends Pair,
  const Strides extends Pair = 1,
  const Pad extends Padding = 'valid',
  const More extends Pair = 0,
  const Dilations extends Pair = 1,
  const Groups extends number = 1,
>(
  options: Conv2dTransposeOptions<Filters, Kernel, Strides, Pad, More, Dilations, Groups>,
): Conv2dTranspose<Filters, Kernel, Strides, Pad, More, Dilations, Groups> {
  return new Conv2dTranspose(options);
}
