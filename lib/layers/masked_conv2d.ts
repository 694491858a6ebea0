// 2-D convolution layer along a connection table: each output channel sees the input channels listed for it.
//   x      [batch, height, width, channels]
//   filter [kernelHeight, kernelWidth, connections], those of the first output channel first: only what exists is a parameter
//   bias   [filters]
import { fanInUniform } from '../initializers/uniform.js';
import { conv2d } from '../ops/conv2d.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { type Pair, show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Padding } from '../tensor/padding.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { WindowOutput } from '../tensor/shape_types.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import type { FilterEpilogue } from './filter_layer.js';
import { FilterLayer2d, type FilterLayer2dOptions } from './filter_layer2d.js';
import type { ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** For each output channel, the input channels it sees. */
export type ConnectionTable = readonly (readonly number[])[];

/** Options of `maskedConv2d`. */
export interface MaskedConv2dOptions<
  Table extends ConnectionTable = ConnectionTable,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends FilterLayer2dOptions<Kernel, Strides, Pad> {
  /** For each output channel, the input channels it sees. */
  readonly connections: Table;
}

interface MaskedRule<Table extends ConnectionTable, Kernel extends Pair, Strides extends Pair, Pad extends Padding>
  extends ShapeRule {
  readonly output: WindowOutput<'maskedConv2d', this['input'], Kernel, Strides, 1, Pad, Table['length']>;
}

const kind = 'maskedConv2d';

function checkConnections(connections: unknown): asserts connections is ConnectionTable {
  const channel = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const fits = (row: unknown): boolean =>
    Array.isArray(row) && row.length > 0 && row.every(channel) && new Set(row).size === row.length;
  if (Array.isArray(connections) && connections.length > 0 && connections.every(fits)) return;
  throw new ArgumentError(
    `${kind}: connections must list for each output channel the input channels it sees, each once, but received ${show(connections)}`,
  );
}

/** The layer that `maskedConv2d` makes. */
export class MaskedConv2d<
  Table extends ConnectionTable = ConnectionTable,
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends FilterLayer2d<MaskedRule<Table, Kernel, Strides, Pad>> {
  readonly connections: ConnectionTable;

  constructor(options: MaskedConv2dOptions) {
    super(kind, options, ['connections', 'kernelSize', 'strides', 'padding']);
    const { connections } = options;
    checkConnections(connections);
    this.connections = connections;
  }

  protected override outputChannels(channels: number): number {
    const last = Math.max(...this.connections.flat());
    if (last >= channels)
      throw new ShapeError(`${kind}: input has ${channels} channels, connections name channel ${last}`);
    return this.connections.length;
  }

  override parameterSpecs(_input: Shape): ParameterSpecs {
    const [count, filters] = [this.connections.flat().length, this.connections.length];
    const fan = [...this.kernelSize, count / filters, filters]; // of the average output channel
    return {
      filter: this.filterSpec([...this.kernelSize, count], fanInUniform(fan), fan),
      ...this.biasSpec([filters], fan),
    };
  }

  override macs(input: Shape): number {
    const [height, width] = this.outputShape(input) as [number, number, number];
    return height * width * elementCount(this.kernelSize) * this.connections.flat().length;
  }

  /** The filter with 0 where there is no connection: a matrix with a single 1 per row moves each connection to its place. */
  #filter(channels: number, dtype: Tensor['dtype']): Tensor {
    const filters = this.connections.length;
    const pairs = this.connections.flatMap((inputs, q) => inputs.map((p) => p * filters + q));
    const places = new Float32Array(pairs.length * channels * filters);
    for (const [row, place] of pairs.entries()) places[row * channels * filters + place] = 1;
    const weights = reshape(this.parameter('filter'), [elementCount(this.kernelSize), pairs.length]);
    const filter = matmul(weights, tensor(places, [pairs.length, channels * filters], dtype));
    return reshape(filter, [...this.kernelSize, channels, filters]);
  }

  protected override apply(x: Tensor, epilogue: FilterEpilogue): Tensor {
    const { strides, padding } = this;
    return conv2d(x, this.#filter(x.shape[3] as number, x.dtype), { ...epilogue, strides, padding });
  }
}

/**
 * 2-D convolution in which each output channel sees only the input channels listed for it, as in layer C3 of LeNet-5.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maskedConv2d({ connections: [[0, 1], [1, 2], [0, 1, 2]], kernelSize: 5 })
 */
export function maskedConv2d<
  const Table extends ConnectionTable,
  const Kernel extends Pair,
  const Strides extends Pair = 1,
  const Pad extends Padding = 'valid',
>(options: MaskedConv2dOptions<Table, Kernel, Strides, Pad>): MaskedConv2d<Table, Kernel, Strides, Pad> {
  return new MaskedConv2d(options);
}
