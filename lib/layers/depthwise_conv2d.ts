// 2-D depthwise convolution layer: each channel convolved with filters of its own, plus bias and activation.
//   x      [batch, height, width, channels]
//   filter [kernelHeight, kernelWidth, channels, multiplier]
//   bias   [channels · multiplier]
import { fanInUniform } from '../initializers/uniform.js';
import { depthwiseConv2d as depthwiseConv2dOp } from '../ops/depthwise_conv2d.js';
import { checkInteger, type Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { ChannelsOf, ElementCount, WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import type { FilterEpilogue } from './filter_layer.js';
import { type DilatedFilterOptions, FilterLayer2d } from './filter_layer2d.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `depthwiseConv2d`. */
export interface DepthwiseConv2dOptions<
  Kernel extends Pair = Pair,
  Multiplier extends number = number,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
> extends DilatedFilterOptions<Kernel, Strides, Pad, Dilations> {
  /** Filters of each channel, default 1. */
  readonly multiplier?: Multiplier;
}

interface DepthwiseRule<
  Kernel extends Pair,
  Multiplier extends number,
  Strides extends Pair,
  Pad extends Padding,
  Dilations extends Pair,
> extends ShapeRule {
  readonly output: WindowOutput<
    'depthwiseConv2d',
    this['input'],
    Kernel,
    Strides,
    Dilations,
    Pad,
    ElementCount<[ChannelsOf<this['input']>, Multiplier]>
  >;
}

const kind = 'depthwiseConv2d';

/** The layer that `depthwiseConv2d` makes. */
export class DepthwiseConv2d<
  Kernel extends Pair = Pair,
  Multiplier extends number = number,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
> extends FilterLayer2d<DepthwiseRule<Kernel, Multiplier, Strides, Pad, Dilations>> {
  readonly multiplier: number;

  constructor(options: DepthwiseConv2dOptions) {
    super(kind, options, ['kernelSize', 'multiplier', 'strides', 'padding', 'dilations']);
    const { multiplier = 1 } = options;
    checkInteger(kind, 'multiplier', multiplier);
    this.multiplier = multiplier;
  }

  protected override outputChannels(channels: number): number {
    return channels * this.multiplier;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const channels = checkImage(kind, input)[2];
    const filters = this.outputChannels(channels);
    const fan = [...this.kernelSize, 1, filters];
    const filter = this.filterSpec([...this.kernelSize, channels, this.multiplier], fanInUniform(fan));
    return { filter, ...this.biasSpec([filters], fan) };
  }

  override macs(input: Shape): number {
    return elementCount(this.outputShape(input)) * elementCount(this.kernelSize);
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding, dilations } = this;
    return depthwiseConv2dOp(x, this.parameter('filter'), { ...epilogue, strides, padding, dilations });
  }
}

/**
 * Convolves every channel of [height, width, channels] images apart, plus bias and activation.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' })
 */
export function depthwiseConv2d<
  const Kernel extends Pair,
  const Multiplier extends number = 1,
  const Strides extends Pair = 1,
  const Pad extends Padding = 'valid',
  const Dilations extends Pair = 1,
>(
  options: DepthwiseConv2dOptions<Kernel, Multiplier, Strides, Pad, Dilations>,
): DepthwiseConv2d<Kernel, Multiplier, Strides, Pad, Dilations> {
  return new DepthwiseConv2d(options);
}
