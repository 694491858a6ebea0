// Locally connected layer:  y = activation(Σ x · filter + bias), a convolution with a filter of its own at each position
//   x      [batch, height, width, channels]
//   filter [outHeight, outWidth, kernelHeight, kernelWidth, channels, filters]
//   bias   [outHeight, outWidth, filters]
import { locallyConnected2d as locallyConnected2dOp } from '../ops/locally_connected2d.js';
import { checkInteger, type Pair, toPair } from '../tensor/arguments.js';
import { checkPadding, type Padding, type Window2d, window2d } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { activate } from './activations.js';
import { type FilterEpilogue, FilterLayer, type FilterLayerOptions } from './filter_layer.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `locallyConnected2d`. */
export interface LocallyConnected2dOptions<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends FilterLayerOptions {
  /** Number of output channels. */
  readonly filters: Filters;
  /** Extent of the kernel: one number or [height, width]. */
  readonly kernelSize: Kernel;
  /** Step between windows, default 1. */
  readonly strides?: Strides;
  /** Zeros around the image, default `'valid'`. */
  readonly padding?: Pad;
}

interface LocallyConnectedRule<Filters extends number, Kernel extends Pair, Strides extends Pair, Pad extends Padding>
  extends ShapeRule {
  readonly output: WindowOutput<'locallyConnected2d', this['input'], Kernel, Strides, 1, Pad, Filters>;
}

const kind = 'locallyConnected2d';

/** The layer that `locallyConnected2d` makes. */
export class LocallyConnected2d<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends FilterLayer<LocallyConnectedRule<Filters, Kernel, Strides, Pad>> {
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;

  constructor(options: LocallyConnected2dOptions) {
    super(kind, options, ['filters', 'kernelSize', 'strides', 'padding']);
    const { filters, kernelSize, strides = 1, padding = 'valid' } = options;
    checkInteger(kind, 'filters', filters);
    checkPadding(kind, padding);
    this.filters = filters;
    this.kernelSize = toPair(kind, 'kernelSize', kernelSize);
    this.strides = toPair(kind, 'strides', strides);
    this.padding = padding;
  }

  override window(input: Shape): Window2d {
    const [height, width] = checkImage(kind, input);
    return window2d(kind, height, width, { ...this, dilations: 1 });
  }

  override outputShape(input: Shape): Shape {
    const { height, width } = this.window(input);
    return [height.out, width.out, this.filters];
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const output = this.outputShape(input);
    const own = [...this.kernelSize, checkImage(kind, input)[2], this.filters];
    return { filter: this.filterSpec([...output.slice(0, 2), ...own], own), ...this.biasSpec(output, own) };
  }

  override macs(input: Shape): number {
    return elementCount(this.outputShape(input)) * elementCount(this.kernelSize) * (input[2] as number);
  }

  protected override apply(x: Tensor, { bias, activation }: FilterEpilogue): Tensor {
    const { strides, padding } = this;
    return activate(
      activation,
      locallyConnected2dOp(x, this.parameter('filter'), { strides, padding, ...(bias && { bias }) }),
    );
  }
}

/**
 * Locally connected layer: a convolution that shares no weights, with a filter and biases of their own at each position.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.locallyConnected2d({ filters: 192, kernelSize: 5, padding: 'same', activation: 'relu' })
 */
export function locallyConnected2d<
  const Filters extends number,
  const Kernel extends Pair,
  const Strides extends Pair = 1,
  const Pad extends Padding = 'valid',
>(
  options: LocallyConnected2dOptions<Filters, Kernel, Strides, Pad>,
): LocallyConnected2d<Filters, Kernel, Strides, Pad> {
  return new LocallyConnected2d(options);
}
