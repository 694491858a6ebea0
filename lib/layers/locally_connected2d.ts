// Locally connected layer:  y = activation(Σ x · filter + bias), a convolution with a filter of its own at each position
//   x      [batch, height, width, channels]
//   filter [outHeight, outWidth, kernelHeight, kernelWidth, channels, filters]
//   bias   [outHeight, outWidth, filters]
import { fanInUniform } from '../initializers/uniform.js';
import { locallyConnected2d as locallyConnected2dOp } from '../ops/locally_connected2d.js';
import { checkInteger, type Pair } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { WindowOutput } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { activate } from './activations.js';
import type { FilterEpilogue } from './filter_layer.js';
import { FilterLayer2d, type FilterLayer2dOptions } from './filter_layer2d.js';
import { checkImage } from './image.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `locallyConnected2d`. */
export interface LocallyConnected2dOptions<
  Filters extends number = number,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends FilterLayer2dOptions<Kernel, Strides, Pad> {
  /** Number of output channels. */
  readonly filters: Filters;
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
> extends FilterLayer2d<LocallyConnectedRule<Filters, Kernel, Strides, Pad>> {
  readonly filters: number;

  constructor(options: LocallyConnected2dOptions) {
    super(kind, options, ['filters', 'kernelSize', 'strides', 'padding']);
    checkInteger(kind, 'filters', options.filters);
    this.filters = options.filters;
  }

  protected override outputChannels(): number {
    return this.filters;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const output = this.outputShape(input);
    const own = [...this.kernelSize, checkImage(kind, input)[2], this.filters];
    const filter = this.filterSpec([...output.slice(0, 2), ...own], fanInUniform(own), own);
    return { filter, ...this.biasSpec(output, own) };
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
