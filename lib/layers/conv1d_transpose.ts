// 1-D transposed convolution layer:  y = activation(x ⋆ᵀ filter + bias)
//   x      [batch, length, channels]
//   filter [kernel, filters / groups, channels]
//   bias   [filters]
import { singleRow } from '../ops/conv_geometry.js';
import { conv1dTranspose as conv1dTransposeOp } from '../ops/conv1d_transpose.js';
import { checkInteger } from '../tensor/arguments.js';
import type { Window2d } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { Divides, SequenceChannelsOf, ShapeText, TransposedSequenceOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { transposedWindow1d } from '../tensor/transposed_window.js';
import { checkPadding1d, type Padding1d } from '../tensor/window1d.js';
import {
  checkGroupedChannels,
  checkGroups,
  type FilterEpilogue,
  FilterLayer,
  type FilterLayerOptions,
} from './filter_layer.js';
import { checkSequence } from './image.js';
import type { ParameterSpecs } from './layer.js';
import { type ReceptiveField, throughTransposed } from './receptive_field.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `conv1dTranspose`. */
export interface Conv1dTransposeOptions<
  Filters extends number = number,
  Kernel extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  More extends number = number,
  Dilations extends number = number,
  Groups extends number = number,
> extends FilterLayerOptions {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Extent of the kernel. */
  readonly kernelSize: Kernel;
  /** Distance of the windows in the output, default 1. */
  readonly strides?: Strides;
  /** What is cut off the output: the padding of the convolution that this transposes; default `'valid'`. */
  readonly padding?: Pad;
  /** Elements more at the end of the output, fewer than the stride; default 0. */
  readonly outputPadding?: More;
  /** Distance between kernel taps, default 1. */
  readonly dilations?: Dilations;
  /** Groups of channels that are convolved apart, default 1. */
  readonly groups?: Groups;
}

interface Conv1dTransposeRule<
  Filters extends number,
  Kernel extends number,
  Strides extends number,
  Pad extends Padding1d,
  More extends number,
  Dilations extends number,
  Groups extends number,
> extends ShapeRule {
  readonly output: Divides<Groups, SequenceChannelsOf<this['input']>> extends true
    ? Divides<Groups, Filters> extends true
      ? TransposedSequenceOutput<'conv1dTranspose', this['input'], Kernel, Strides, Dilations, Pad, More, Filters>
      : `conv1dTranspose has ${Groups} groups, which do not divide its ${Filters} filters`
    : `conv1dTranspose has ${Groups} groups, which do not divide the channels of its input ${ShapeText<this['input']>}`;
}

const kind = 'conv1dTranspose';

/** The layer that `conv1dTranspose` makes. */
export class Conv1dTranspose<
  Filters extends number = number,
  Kernel extends number = number,
  Strides extends number = number,
  Pad extends Padding1d = Padding1d,
  More extends number = number,
  Dilations extends number = number,
  Groups extends number = number,
> extends FilterLayer<Conv1dTransposeRule<Filters, Kernel, Strides, Pad, More, Dilations, Groups>> {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: Padding1d;
  readonly outputPadding: number;
  readonly dilations: number;
  readonly groups: number;

  constructor(options: Conv1dTransposeOptions) {
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
    for (const [name, value] of Object.entries({ kernelSize, strides, dilations })) checkInteger(kind, name, value);
    checkInteger(kind, 'outputPadding', outputPadding, 0);
    checkGroups(kind, filters, groups);
    checkPadding1d(kind, padding);
    this.filters = filters;
    this.kernelSize = kernelSize;
    this.strides = strides;
    this.padding = padding;
    this.outputPadding = outputPadding;
    this.dilations = dilations;
    this.groups = groups;
  }

  #transposed(input: Shape): Window2d {
    const [length, channels] = checkSequence(kind, input);
    checkGroupedChannels(kind, channels, this.groups);
    return { height: singleRow, width: transposedWindow1d(kind, length, this) };
  }

  override outputShape(input: Shape): Shape {
    return [this.#transposed(input).width.input, this.filters];
  }

  override receptiveField(before: ReceptiveField | undefined, input: Shape): ReceptiveField | undefined {
    return before && throughTransposed(before, this.#transposed(input));
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [this.kernelSize, this.filters / this.groups, checkSequence(kind, input)[1]];
    return { filter: this.filterSpec(shape), ...this.biasSpec([this.filters], shape) };
  }

  override macs(input: Shape): number {
    return elementCount(input) * this.kernelSize * (this.filters / this.groups);
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding, outputPadding, dilations, groups } = this;
    const window = { strides, padding, outputPadding, dilations, groups };
    return conv1dTransposeOp(x, this.parameter('filter'), { ...epilogue, ...window });
  }
}

/**
 * 1-D transposed convolution ("deconvolution") of [length, channels] sequences, plus bias and activation.
 *
 * The output's length is (length − 1)·stride + kernel − padding + outputPadding, and length·stride with padding `'same'`.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.conv1dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: 'same' })
 */
export function conv1dTranspose<
  const Filters extends number,
  const Kernel extends number,
  const Strides extends number = 1,
  const Pad extends Padding1d = 'valid',
  const More extends number = 0,
  const Dilations extends number = 1,
  const Groups extends number = 1,
>(
  options: Conv1dTransposeOptions<Filters, Kernel, Strides, Pad, More, Dilations, Groups>,
): Conv1dTranspose<Filters, Kernel, Strides, Pad, More, Dilations, Groups> {
  return new Conv1dTranspose(options);
}
