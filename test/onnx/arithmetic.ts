// Operators element by element, reductions, products and the moving of elements.
import { ops, type Side, type Tensor } from 'convgrad';
import {
  type Call,
  floatInput,
  numberAttribute,
  numbersAttribute,
  numbersInput,
  optionalFloat,
  Skip,
  textAttribute,
  withoutAxes,
} from './values.js';

type Unary = (x: Tensor) => Tensor;

export const unary =
  (op: Unary) =>
  (call: Call): Tensor =>
    op(floatInput(call, 0));

export const binary =
  (op: (a: Tensor, b: Tensor) => Tensor) =>
  (call: Call): Tensor => {
    if (call.attributes.axis !== undefined) throw new Skip('broadcasting along a named axis, before operator set 7');
    return op(floatInput(call, 0), floatInput(call, 1));
  };

/** An operator of any number of inputs, as a chain of one of two. */
export const variadic =
  (op: (a: Tensor, b: Tensor) => Tensor) =>
  (call: Call): Tensor =>
    call.inputs.map((_, index) => floatInput(call, index)).reduce(op);

/** A reduction: the axes are an input since operator set 13 or 18, an attribute before. */
export const reduction =
  (op: (x: Tensor, options: { axes?: readonly number[]; keepDims: boolean }) => Tensor) =>
  (call: Call): Tensor => {
    const axes = numbersAttribute(call, 'axes') ?? numbersInput(call, 1);
    const x = floatInput(call, 0);
    const keepDims = numberAttribute(call, 'keepdims', 1) === 1;
    if (axes && axes.length > 0) return op(x, { axes, keepDims });
    return numberAttribute(call, 'noop_with_empty_axes', 0) === 1 ? x : op(x, { keepDims });
  };

export const reduceLogSumExp = reduction((x, options) => {
  const { axes = x.shape.map((_, axis) => axis), keepDims } = options;
  const largest = ops.max(x, { axes, keepDims: true });
  const sum = ops.sum(ops.exp(ops.subtract(x, largest)), { axes, keepDims });
  return ops.add(ops.log(sum), ops.reshape(largest, withoutAxes(x.shape, axes, keepDims)));
});

/** A product over axes, of slices along one axis after the other. */
export const reduceProd = reduction((x, { axes = x.shape.map((_, axis) => axis), keepDims }) => {
  const product = axes.reduce((y, named) => {
    const axis = named < 0 ? named + x.shape.length : named;
    const begin = (at: number) => y.shape.map((_, index) => (index === axis ? at : 0));
    const size = y.shape.with(axis, 1);
    return Array.from({ length: y.shape[axis] as number }, (_, at) => ops.slice(y, begin(at), size)).reduce(
      ops.multiply,
    );
  }, x);
  return ops.reshape(product, withoutAxes(x.shape, axes, keepDims));
});

export function gemm(call: Call): Tensor {
  const product = ops.matmul(floatInput(call, 0), floatInput(call, 1), {
    transposeA: numberAttribute(call, 'transA', 0) === 1,
    transposeB: numberAttribute(call, 'transB', 0) === 1,
  });
  const bias = optionalFloat(call, 2);
  const scaled = ops.multiply(product, numberAttribute(call, 'alpha', 1));
  return bias ? ops.add(scaled, ops.multiply(bias, numberAttribute(call, 'beta', 1))) : scaled;
}

/** Products of the matrices in the last two axes, one after the other: ours are of two matrices. */
export function matmul(call: Call): Tensor {
  const [a, b] = [floatInput(call, 0), floatInput(call, 1)];
  const batch = a.shape.slice(0, -2);
  if (a.shape.length < 2 || `${batch}` !== `${b.shape.slice(0, -2)}`) throw new Skip('products that broadcast');
  const count = batch.reduce((product, extent) => product * extent, 1);
  const matrix = (x: Tensor, index: number): Tensor => {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    return ops.reshape(ops.slice(ops.reshape(x, [count, rows, columns]), [index], [1]), [rows, columns]);
  };
  const products = Array.from({ length: count }, (_, index) => ops.matmul(matrix(a, index), matrix(b, index)));
  return ops.reshape(ops.stack(products), [...a.shape.slice(0, -1), b.shape.at(-1) as number]);
}

/** Softmax and its logarithm: before operator set 13 over all axes from `axis` on, as one. */
export const normalized =
  (op: (x: Tensor, options: { axis: number }) => Tensor) =>
  (call: Call): Tensor => {
    const x = floatInput(call, 0);
    if (call.opset >= 13) return op(x, { axis: numberAttribute(call, 'axis', -1) });
    const axis = numberAttribute(call, 'axis', 1);
    const rows = x.shape.slice(0, axis).reduce((product, extent) => product * extent, 1);
    return ops.reshape(op(ops.reshape(x, [rows, -1]), { axis: 1 }), x.shape);
  };

export function clip(call: Call): Tensor {
  const low = numbersInput(call, 1)?.[0] ?? numberAttribute(call, 'min', -Infinity);
  const high = numbersInput(call, 2)?.[0] ?? numberAttribute(call, 'max', Infinity);
  return ops.clip(floatInput(call, 0), low, high);
}

export function selu(call: Call): Tensor {
  const x = floatInput(call, 0);
  if (call.attributes.alpha === undefined && call.attributes.gamma === undefined) return ops.selu(x);
  return ops.multiply(
    ops.elu(x, { alpha: numberAttribute(call, 'alpha', 1.6732632) }),
    numberAttribute(call, 'gamma', 1.050701),
  );
}

export function prelu(call: Call): Tensor {
  const [x, slope] = [floatInput(call, 0), floatInput(call, 1)];
  // Before operator set 7 a vector belongs to the channels, not to the last axis.
  const perChannel = call.opset < 7 && slope.shape.length === 1 && slope.shape[0] !== 1;
  return ops.prelu(
    x,
    perChannel ? ops.reshape(slope, [slope.shape[0] as number, ...x.shape.slice(2).map(() => 1)]) : slope,
  );
}

export function reshape(call: Call): Tensor {
  const x = floatInput(call, 0);
  const shape = numbersInput(call, 1) ?? numbersAttribute(call, 'shape') ?? [];
  const copies = numberAttribute(call, 'allowzero', 0) === 0;
  const wanted = shape.map((extent, axis) => (extent === 0 && copies ? (x.shape[axis] as number) : extent));
  return ops.reshape(x, wanted);
}

export function flatten(call: Call): Tensor {
  const x = floatInput(call, 0);
  const axis = numberAttribute(call, 'axis', 1);
  const before = axis < 0 ? axis + x.shape.length : axis;
  return ops.reshape(x, [x.shape.slice(0, before).reduce((product, extent) => product * extent, 1), -1]);
}

export function squeeze(call: Call): Tensor {
  const x = floatInput(call, 0);
  const ones = x.shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  const axes = numbersInput(call, 1) ?? numbersAttribute(call, 'axes') ?? ones;
  return ops.reshape(x, withoutAxes(x.shape, axes, false));
}

export function unsqueeze(call: Call): Tensor {
  const x = floatInput(call, 0);
  const axes = numbersInput(call, 1) ?? numbersAttribute(call, 'axes') ?? [];
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const old = [...x.shape];
  return ops.reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (old.shift() as number))),
  );
}

export function slice(call: Call): Tensor {
  const x = floatInput(call, 0);
  const starts = numbersInput(call, 1) ?? numbersAttribute(call, 'starts') ?? [];
  const ends = numbersInput(call, 2) ?? numbersAttribute(call, 'ends') ?? [];
  const axes = numbersInput(call, 3) ?? numbersAttribute(call, 'axes') ?? starts.map((_, axis) => axis);
  if (numbersInput(call, 4)?.some((step) => step !== 1)) throw new Skip('slices with steps; ours have none');
  const begin = x.shape.map(() => 0);
  const size = [...x.shape];
  axes.forEach((named, index) => {
    const axis = named < 0 ? named + x.shape.length : named;
    const extent = x.shape[axis] as number;
    const within = (at: number): number => Math.min(Math.max(at < 0 ? at + extent : at, 0), extent);
    begin[axis] = within(starts[index] as number);
    size[axis] = Math.max(within(ends[index] as number) - (begin[axis] as number), 0);
  });
  return ops.slice(x, begin, size);
}

const padModes = { constant: 'constant', reflect: 'reflect', edge: 'replicate' } as const;

export function pad(call: Call): Tensor {
  const x = floatInput(call, 0);
  const pads = numbersInput(call, 1) ?? numbersAttribute(call, 'pads') ?? numbersAttribute(call, 'paddings') ?? [];
  if (pads.some((n) => n < 0)) throw new Skip('negative padding; ours is slice');
  const value = numbersInput(call, 2)?.[0] ?? numberAttribute(call, 'value', 0);
  const mode = padModes[textAttribute(call, 'mode', 'constant') as keyof typeof padModes];
  const sides = x.shape.map((_, axis): Side => [pads[axis] as number, pads[axis + x.shape.length] as number]);
  return ops.pad(x, sides, mode === 'constant' ? { mode, value } : { mode });
}

export function concat(call: Call): Tensor {
  return ops.concat(
    call.inputs.map((_, index) => floatInput(call, index)),
    { axis: numberAttribute(call, 'axis', 1) },
  );
}

export function transpose(call: Call): Tensor {
  return ops.transpose(floatInput(call, 0), numbersAttribute(call, 'perm'));
}

export function expand(call: Call): Tensor {
  const x = floatInput(call, 0);
  const wanted = numbersInput(call, 1) ?? [];
  const rank = Math.max(wanted.length, x.shape.length);
  const at = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  return ops.broadcastTo(
    x,
    Array.from({ length: rank }, (_, axis) => Math.max(at(wanted, axis), at(x.shape, axis))),
  );
}
