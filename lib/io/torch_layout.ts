// What a model's parameters are called in a PyTorch state dict, and how they lie there. By kind of layer:
//
//   conv2d           filter [height, width, inputs, filters]       weight [filters, inputs, height, width]
//   depthwiseConv2d  filter [height, width, channels, multiplier]  weight [channels · multiplier, 1, height, width]
//   dense            weights [inputs, units]                       weight [units, inputs]
//   batchNorm        gamma, beta, runningMean, runningVariance     weight, bias, running_mean, running_var
//
// A dense layer on a flattened image takes its inputs in the order height, width, channels here, channels, height, width there.
// The kernel of a convolution that flips it is mirrored, because PyTorch's never do.
// Paths are names but for two segments: 'residual' is left out, and 'shortcut' is 'downsample'.
import type { SummaryRow } from '../models/summary.js';
import { flip } from '../ops/flip.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { elementCount, type Shape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** A parameter and its counterpart in a state dict. */
export interface TorchEntry {
  /** In the state dict: `'layer1.0.conv1.weight'`. */
  readonly name: string;
  /** In the model: `'layer1.0.residual.conv1.filter'`. */
  readonly path: string;
  readonly parameter: Parameter;
  /** Of the counterpart. */
  readonly shape: Shape;
  /** The parameter's shape with the axes told apart that PyTorch orders otherwise. */
  readonly view: Shape;
  /** Which axis of the view comes first, second, … in the counterpart. */
  readonly axes: readonly number[];
  /** Axes that run the other way in the counterpart: PyTorch has no convolution that flips its kernel. */
  readonly flipped: readonly number[];
}

/** Name and order of axes of a parameter. */
type Counterpart = readonly [name: string, axes?: readonly number[]];

const bias: Counterpart = ['bias'];
const affine = { gamma: ['weight'], beta: bias } as const;
const filter2d: Counterpart = ['weight', [3, 2, 0, 1]];
const filter1d: Counterpart = ['weight', [2, 1, 0]];

/** The kinds of layers that PyTorch has too, parameter by parameter. */
const counterparts: Readonly<Record<string, Readonly<Record<string, Counterpart>>>> = {
  conv1d: { filter: filter1d, bias },
  conv1dTranspose: { filter: filter1d, bias },
  conv2d: { filter: filter2d, bias },
  conv2dTranspose: { filter: filter2d, bias },
  depthwiseConv2d: { filter: ['weight', [2, 3, 0, 1]], bias },
  dense: { weights: ['weight', [1, 0]], bias },
  embedding: { table: ['weight'] },
  prelu: { slope: ['weight'] },
  batchNorm: { ...affine, runningMean: ['running_mean'], runningVariance: ['running_var'] },
  groupNorm: affine,
  instanceNorm: affine,
  layerNorm: affine,
};

/** What names and layouts are computed from; every model has it. */
export interface Described {
  namedParameters(): ReadonlyMap<string, Parameter>;
  summary(): { readonly rows: readonly SummaryRow[] };
}

/** The image whose flattening a dense layer sees: the last layer before it that makes as many features is `flatten`. */
function flattenedImage({ inputShape }: SummaryRow, before: readonly SummaryRow[]): Shape | undefined {
  const makesFeatures = (row: SummaryRow): boolean => row.macs > 0 || !sameShape(row.inputShape, row.outputShape);
  const source = before.findLast((row) => sameShape(row.outputShape, inputShape) && makesFeatures(row));
  return source?.kind === 'flatten' && source.inputShape.length === 3 ? source.inputShape : undefined;
}

function counterpartShape(kind: string, view: Shape, axes: readonly number[]): Shape {
  const shape = axes.map((axis) => view[axis] as number);
  const [first = 1, second = 1, ...rest] = shape;
  if (kind === 'depthwiseConv2d' && shape.length === 4) return [first * second, 1, ...rest];
  return kind === 'dense' && shape.length > 2 ? [first, elementCount(shape.slice(1))] : shape;
}

/** As they are, but for the scales of a whole image [height, width, channels]. */
function usualOrder(shape: Shape): readonly number[] {
  return shape.length === 3 ? [2, 0, 1] : shape.map((_, axis) => axis);
}

/** The name of a layer's path in a state dict. */
function torchPath(path: string): string {
  const segments = path.split('.').filter((segment) => segment !== 'residual');
  return segments.map((segment) => (segment === 'shortcut' ? 'downsample' : segment)).join('.');
}

/**
 * Every parameter of a model with its counterpart, in forward order. Allocates the parameters if there are none yet.
 *
 * @param subject what messages begin with
 * @throws ArgumentError for a layer with parameters that PyTorch has no counterpart of
 */
export function torchLayout(subject: string, model: Described): TorchEntry[] {
  const { rows } = model.summary();
  const places = new Map(rows.map((row, index) => [row.path, index]));
  return Array.from(model.namedParameters(), ([path, parameter]) => {
    const layer = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    const place = places.get(layer) ?? -1;
    const row = rows[place];
    const counterpart = row && counterparts[row.kind]?.[path.slice(path.lastIndexOf('.') + 1)];
    if (!counterpart)
      throw new ArgumentError(`${subject}: PyTorch has no counterpart of '${path}' of ${row?.kind ?? 'the model'}`);
    const [own, order = usualOrder(parameter.shape)] = counterpart;
    const image = row.kind === 'dense' && order.length === 2 ? flattenedImage(row, rows.slice(0, place)) : undefined;
    const view = image ? [...image, ...parameter.shape.slice(1)] : parameter.shape;
    const axes = image ? [3, 2, 0, 1] : order;
    const flips = own === 'weight' && 'flip' in row.layer && row.layer.flip === true;
    const flipped = flips ? parameter.shape.slice(2).map((_, axis) => axis) : [];
    const name = layer === '' ? own : `${torchPath(layer)}.${own}`;
    return { name, path, parameter, shape: counterpartShape(row.kind, view, axes), view, axes, flipped };
  });
}

const inOrder = (axes: readonly number[]): boolean => axes.every((axis, index) => axis === index);

const mirrored = (values: Tensor, axes: readonly number[]): Tensor => (axes.length > 0 ? flip(values, axes) : values);

/** A parameter's values, or their gradients, as they lie in a state dict. */
export function toTorch(values: Tensor, { shape, view, axes, flipped }: TorchEntry): Tensor {
  if (inOrder(axes)) return values;
  return reshape(transpose(reshape(mirrored(values, flipped), view), axes), shape);
}

/** What lies in a state dict, as the parameter has it. */
export function fromTorch(values: Tensor, { parameter, view, axes, flipped }: TorchEntry): Tensor {
  if (inOrder(axes)) return values;
  const inverse = axes.map((_, axis) => axes.indexOf(axis));
  const shape = axes.map((axis) => view[axis] as number);
  return mirrored(reshape(transpose(reshape(values, shape), inverse), parameter.shape), flipped);
}
