// 2-D separable convolution layer: a depthwise convolution, then one of 1×1 pixels, plus bias and activation.
//   x               [batch, height, width, channels]
//   depthwiseFilter [kernelHeight, kernelWidth, channels, multiplier]
//   filter          [1, 1, channels · multiplier, filters]
//   bias            [filters]
import { separableConv2d as separableConv2dOp } from '../ops/separable_conv2d.js';
import { checkInteger, type Pair, toPair } from '../tensor/arguments.js';
import { checkPadding, type Padding, type Window2d, window2d } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { type FilterEpilogue, FilterLayer, type FilterLayerOptions } from './filter_layer.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `separableConv2d`; the filter initializer is that of both filters. */
export interface SeparableConv2dOptions<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
> extends FilterLayerOptions {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Extent of the depthwise kernel: one number or [height, width]. */
  readonly kernelSize: Kernel;
  /** Depthwise filters of each channel, default 1. */
  readonly multiplier?: number;
  /** Step between windows, default 1. */
  readonly strides?: Strides;
  /** Zeros around the image, default `'valid'`. */
  readonly padding?: Pad;
  /** Distance between kernel taps, default 1. */
  readonly dilations?: Dilations;
}

interface SeparableRule<
  Filters extends number,
  Kernel extends Pair,
  Strides extends Pair,
  Pad extends Padding,
  Dilations extends Pair,
> extends ShapeRule {
  readonly output: WindowOutput<'separableConv2d', this['input'], Kernel, Strides, Dilations, Pad, Filters>;
}

const kind = 'separableConv2d';

/** The layer that `separableConv2d` makes. */
export class SeparableConv2d<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
> extends FilterLayer<SeparableRule<Filters, Kernel, Strides, Pad, Dilations>> {
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly multiplier: number;
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilations: readonly [number, number];

  constructor(options: SeparableConv2dOptions) {
    super(kind, options, ['filters', 'kernelSize', 'multiplier', 'strides', 'padding', 'dilations']);
    const { filters, kernelSize, multiplier = 1, strides = 1, padding = 'valid', dilations = 1 } = options;
    checkInteger(kind, 'filters', filters);
    checkInteger(kind, 'multiplier', multiplier);
    checkPadding(kind, padding);
    this.filters = filters;
    this.kernelSize = toPair(kind, 'kernelSize', kernelSize);
    this.multiplier = multiplier;
    this.strides = toPair(kind, 'strides', strides);
    this.padding = padding;
    this.dilations = toPair(kind, 'dilations', dilations);
  }

  override window(input: Shape): Window2d {
    const [height, width] = checkImage(kind, input);
    return window2d(kind, height, width, this);
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.window(input);
    return [height.out, width.out, this.filters];
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const channels = checkImage(kind, input)[2];
    const mixed = channels * this.multiplier;
    const pointwise = [1, 1, mixed, this.filters];
    return {
      depthwiseFilter: this.filterSpec([...this.kernelSize, channels, this.multiplier], [...this.kernelSize, 1, mixed]),
      filter: this.filterSpec(pointwise),
      ...this.biasSpec([this.filters], pointwise),
    };
  }

  override macs(input: Shape): number {
    const [height, width] = this.outputShape(input) as [number, number, number];
    const mixed = (input[2] as number) * this.multiplier;
    return height * width * mixed * (elementCount(this.kernelSize) + this.filters);
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding, dilations } = this;
    const [apart, mix] = [this.parameter('depthwiseFilter'), this.parameter('filter')];
    return separableConv2dOp(x, apart, mix, { ...epilogue, strides, padding, dilations });
  }
}

/**
 * Convolves every channel of [height, width, channels] images apart, then mixes the channels; plus bias and activation.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.separableConv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' })
 */
export function separableConv2d<
  const Filters extends number,
  const Kernel extends Pair,
  const Strides extends Pair = 1,
  const Pad extends Padding = 'valid',
  const Dilations extends Pair = 1,
>(
  options: SeparableConv2dOptions<Filters, Kernel, Strides, Pad, Dilations>,
): SeparableConv2d<Filters, Kernel, Strides, Pad, Dilations> {
  return new SeparableConv2d(options);
}
