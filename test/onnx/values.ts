// What flows through a graph: our tensors for floats, plain numbers for the integers that name shapes and axes. And the change
// of layout: ONNX puts channels second, we put them last.
import { ops, type Shape, type Tensor, tensor } from 'convgrad';
import type { Attribute, OnnxTensor } from './model.js';

/** Why a case is not run. */
export class Skip extends Error {}

export type Value = Tensor | OnnxTensor;

export function fromOnnx({ type, shape, numbers }: OnnxTensor): Value {
  if (type === 'float32') return tensor(Float32Array.from(numbers), shape);
  if (type === 'float64') return tensor(Float64Array.from(numbers), shape);
  if (type === 'int64' || type === 'int32' || type === 'bool') return { type, shape, numbers };
  throw new Skip(`${type} tensors`);
}

/** What an operator is called with. */
export interface Call {
  readonly inputs: readonly (Value | undefined)[];
  /** The same inputs as the files hold them, where they come from one. */
  readonly constants: readonly (OnnxTensor | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly opset: number;
  /** How many outputs the node has. */
  readonly outputs: number;
}

const isTensor = (value: Value | undefined): value is Tensor => value !== undefined && 'dispose' in value;

export function floatInput({ inputs }: Call, index: number): Tensor {
  const value = inputs[index];
  if (!isTensor(value)) throw new Skip(`${value?.type ?? 'missing'} input where we take floats`);
  return value;
}

export function optionalFloat(call: Call, index: number): Tensor | undefined {
  return call.inputs[index] ? floatInput(call, index) : undefined;
}

/** The numbers of an input that has to be known beforehand; undefined where it is left out. */
export function numbersInput({ inputs, constants }: Call, index: number): readonly number[] | undefined {
  if (inputs[index] && !constants[index]) throw new Skip('computed input where we take numbers');
  return constants[index]?.numbers;
}

export function numberAttribute({ attributes }: Call, name: string, fallback: number): number {
  const value = attributes[name] ?? fallback;
  if (typeof value !== 'number') throw new Error(`attribute ${name} is no number`);
  return value;
}

export function numbersAttribute({ attributes }: Call, name: string): readonly number[] | undefined {
  return attributes[name] as readonly number[] | undefined;
}

export function textAttribute({ attributes }: Call, name: string, fallback: string): string {
  return (attributes[name] as string | undefined) ?? fallback;
}

const range = (length: number, first = 0): number[] => Array.from({ length }, (_, i) => first + i);

/** [batch, channels, …] to [batch, …, channels]. */
export function channelsLast(x: Tensor): Tensor {
  return ops.transpose(x, [0, ...range(x.shape.length - 2, 2), 1]);
}

/** [batch, …, channels] to [batch, channels, …]. */
export function channelsSecond(y: Tensor): Tensor {
  return ops.transpose(y, [0, y.shape.length - 1, ...range(y.shape.length - 2, 1)]);
}

/** Runs `f` on the channels-last form of x. */
export function withChannelsLast(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  return channelsSecond(f(channelsLast(x)));
}

/** The filter [out, in, …] as [… , in, out]; works for transposed convolutions too, whose first axis is their input. */
export function filterLast(filter: Tensor): Tensor {
  return ops.transpose(filter, [...range(filter.shape.length - 2, 2), 1, 0]);
}

/** The shape with `axes` (counted from the end where negative) put to 1, or left out. */
export function withoutAxes(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
  return shape.flatMap((extent, axis) => (reduced.has(axis) ? (keep ? [1] : []) : [extent]));
}
