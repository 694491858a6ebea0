// 2-D separable convolution layer: a depthwise convolution, then one of 1×1 pixels, plus bias and activation.
//   x               [batch, height, width, channels]
//   depthwiseFilter [kernelHeight, kernelWidth, channels, multiplier]
//   filter          [1, 1, channels · multiplier, filters]
//   bias            [filters]
import { fanInUniform } from '../initializers/uniform.js';
import { separableConv2d as separableConv2dOp } from '../ops/separable_conv2d.js';
import { checkInteger, type Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import type { FilterEpilogue } from './filter_layer.js';
import { type DilatedFilterOptions, FilterLayer2d } from './filter_layer2d.js';
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
> extends DilatedFilterOptions<Kernel, Strides, Pad, Dilations> {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Depthwise filters of each channel, default 1. */
  readonly multiplier?: number;
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
> extends FilterLayer2d<SeparableRule<Filters, Kernel, Strides, Pad, Dilations>> {
  readonly filters: number;
  readonly multiplier: number;

  constructor(options: SeparableConv2dOptions) {
    super(kind, options, ['filters', 'kernelSize', 'multiplier', 'strides', 'padding', 'dilations']);
    const { filters, multiplier = 1 } = options;
    checkInteger(kind, 'filters', filters);
    checkInteger(kind, 'multiplier', multiplier);
    this.filters = filters;
    this.multiplier = multiplier;
  }

  protected override outputChannels(): number {
    return this.filters;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const channels = checkImage(kind, input)[2];
    const mixed = channels * this.multiplier;
    const pointwise = [1, 1, mixed, this.filters];
    const apart = fanInUniform([...this.kernelSize, 1, mixed]);
    return {
      depthwiseFilter: this.filterSpec([...this.kernelSize, channels, this.multiplier], apart),
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
