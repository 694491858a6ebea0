// Calls of every linear op, with shapes that are drawn: what the adjoint identity and the gradient checks run over.
import { ops, Random, type Shape, type Tensor, tensor } from '../../lib/index.js';

/** An integer from low to high. */
export type Draw = (low: number, high: number) => number;

/** Inputs by name, and an op of them. */
export interface Generated {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly apply: (t: Readonly<Record<string, Tensor>>) => Tensor;
  /** Groups of inputs in which the op is linear, the others fixed; default: all of them together. */
  readonly groups?: readonly (readonly string[])[];
}

/** A call; `dtype` is that of tensors beside the inputs, float64 by default. */
export type Generator = (n: Draw, dtype?: 'float32' | 'float64') => Generated;

type Unary = (x: Tensor) => Tensor;

const of = (shape: Shape, apply: Unary): Generated => ({ inputs: { x: shape }, apply: ({ x }) => apply(x as Tensor) });
const choose = <T>(n: Draw, choices: readonly T[]): T => choices[n(0, choices.length - 1)] as T;
const indices = (n: Draw, shape: Shape, below: number): Tensor =>
  tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => n(0, below - 1)),
    shape,
  );

/** Two or three axes. */
export const block = (n: Draw): number[] => Array.from({ length: n(2, 3) }, () => n(1, 5));
export const image = (n: Draw, least = 3, channels = n(1, 5)): number[] => [
  n(1, 2),
  n(least, 7),
  n(least, 7),
  channels,
];
export const sequence = (n: Draw, least = 3, channels = n(1, 5)): number[] => [n(1, 2), n(least, 9), channels];

/** Kernel, strides, dilations and padding of one axis or two. */
const window = (n: Draw) => ({ strides: n(1, 2), dilations: n(1, 2), padding: n(1, 2) });
export const pool = (n: Draw) => {
  const poolSize = n(1, 3);
  return { poolSize, strides: n(1, 2), padding: n(0, Math.floor(poolSize / 2)), ceilMode: n(0, 1) === 1 };
};

const BILINEAR = [
  ['x', 'bias'],
  ['filter', 'bias'],
];

/** A convolution with a bias per filter. */
function convolution(x: Shape, filter: Shape, filters: number, apply: (...t: Tensor[]) => Tensor): Generated {
  return {
    inputs: { x, filter, bias: [filters] },
    apply: ({ x, filter, bias }) => apply(x as Tensor, filter as Tensor, bias as Tensor),
    groups: BILINEAR,
  };
}

const grouped = (n: Draw) => ({ groups: n(1, 2), within: n(1, 3), each: n(1, 3) });
const joined = (n: Draw, apply: (a: Tensor, b: Tensor) => Tensor): Generated => {
  const shape = block(n);
  return {
    inputs: { a: shape, b: n(0, 1) ? shape : shape.slice(1) },
    apply: ({ a, b }) => apply(a as Tensor, b as Tensor),
  };
};
const reduced = (n: Draw, op: typeof ops.sum): Generated => {
  const shape = block(n);
  const options = { axes: n(0, shape.length - 1), keepDims: n(0, 1) === 1 };
  return of(shape, (x) => op(x, options));
};
const signals = (n: Draw, axes: number, op: typeof ops.convolve1d): Generated => {
  const mode = choose(n, ['full', 'same', 'valid'] as const);
  const extents = (low: number, high: number) => Array.from({ length: axes }, () => n(low, high));
  return {
    inputs: { h: extents(3, 6), k: extents(1, 3) },
    apply: ({ h, k }) => op(h as Tensor, k as Tensor, mode),
    groups: [['h'], ['k']],
  };
};
/** The same numbers are drawn at every call. */
const dropped = (n: Draw, op: typeof ops.dropout): Generated => {
  const seed = n(0, 99);
  return of(image(n), (x) => op(x, { rate: 0.5, random: new Random(seed) }));
};

export const linearOps: Readonly<Record<string, Generator>> = {
  adaptiveAveragePool1d: (n) => {
    const outputSize = n(1, 4);
    return of(sequence(n), (x) => ops.adaptiveAveragePool1d(x, { outputSize }));
  },
  adaptiveAveragePool2d: (n) => {
    const outputSize = [n(1, 4), n(1, 4)] as const;
    return of(image(n), (x) => ops.adaptiveAveragePool2d(x, { outputSize }));
  },
  add: (n) => joined(n, ops.add),
  averagePool1d: (n) => {
    const options = pool(n);
    return of(sequence(n), (x) => ops.averagePool1d(x, options));
  },
  averagePool2d: (n) => {
    const options = { ...pool(n), countIncludePad: n(0, 1) === 1 };
    return of(image(n), (x) => ops.averagePool2d(x, options));
  },
  broadcastTo: (n) => {
    const [rows, columns] = [n(1, 4), n(1, 9)];
    return of([1, columns], (x) => ops.broadcastTo(x, [3, rows, columns]));
  },
  cast: (n) => of(block(n), (x) => ops.cast(x, 'float64')),
  concat: (n) => {
    const shape = block(n);
    const axis = n(0, shape.length - 1);
    return {
      inputs: { a: shape, b: shape.with(axis, n(1, 4)), c: shape.with(axis, n(1, 4)) },
      apply: ({ a, b, c }) => ops.concat([a, b, c] as Tensor[], { axis }),
    };
  },
  conv1d: (n) => {
    const { groups, within, each } = grouped(n);
    const options = { ...window(n), groups };
    const filters = groups * each;
    return convolution(sequence(n, 5, groups * within), [n(1, 3), within, filters], filters, (x, filter, bias) =>
      ops.conv1d(x, filter, { ...options, bias }),
    );
  },
  conv1dTranspose: (n) => {
    const { groups, within, each } = grouped(n);
    const options = { ...window(n), padding: 0, groups };
    return convolution(
      sequence(n, 1, groups * within),
      [n(1, 3), each, groups * within],
      groups * each,
      (x, filter, bias) => ops.conv1dTranspose(x, filter, { ...options, bias }),
    );
  },
  conv2d: (n) => {
    const { groups, within, each } = grouped(n);
    const options = { ...window(n), groups, flip: n(0, 1) === 1 };
    const filters = groups * each;
    return convolution(image(n, 5, groups * within), [n(1, 3), n(1, 3), within, filters], filters, (x, filter, bias) =>
      ops.conv2d(x, filter, { ...options, bias }),
    );
  },
  conv2dTranspose: (n) => {
    const { groups, within, each } = grouped(n);
    const options = { ...window(n), padding: 0, groups };
    return convolution(
      image(n, 1, groups * within),
      [n(1, 3), n(1, 3), each, groups * within],
      groups * each,
      (x, filter, bias) => ops.conv2dTranspose(x, filter, { ...options, bias }),
    );
  },
  convToDense: (n) => {
    const [channels, filters, padding] = [n(1, 2), n(1, 3), n(0, 1)];
    return of([n(1, 3), n(1, 3), channels, filters], (x) => ops.convToDense(x, [4, 3, channels], { padding }));
  },
  convolve1d: (n) => signals(n, 1, ops.convolve1d),
  convolve2d: (n) => signals(n, 2, ops.convolve2d),
  crossCorrelate1d: (n) => signals(n, 1, ops.crossCorrelate1d),
  crossCorrelate2d: (n) => signals(n, 2, ops.crossCorrelate2d),
  denseToConv: (n) => {
    const shape = [n(1, 3), n(1, 3), n(1, 3)] as const;
    return of([shape[0] * shape[1] * shape[2], n(1, 4)], (x) => ops.denseToConv(x, shape));
  },
  depthwiseConv2d: (n) => {
    const [channels, multiplier, options] = [n(1, 5), n(1, 3), window(n)];
    return convolution(
      image(n, 5, channels),
      [n(1, 3), n(1, 3), channels, multiplier],
      channels * multiplier,
      (x, filter, bias) => ops.depthwiseConv2d(x, filter, { ...options, bias }),
    );
  },
  dropout: (n) => dropped(n, ops.dropout),
  embedding: (n) => {
    const [words, size] = [n(2, 6), n(1, 9)];
    const chosen = indices(n, [2, n(1, 5)], words);
    return of([words, size], (table) => ops.embedding(table, chosen));
  },
  flip: (n) => {
    const shape = block(n);
    const axes = n(0, shape.length - 1);
    return of(shape, (x) => ops.flip(x, axes));
  },
  gather: (n) => {
    const shape = block(n);
    const axis = n(0, shape.length - 1);
    const chosen = indices(n, [n(1, 3), n(1, 4)], shape[axis] as number);
    return of(shape, (x) => ops.gather(x, chosen, { axis }));
  },
  globalAveragePool1d: (n) => of(sequence(n), ops.globalAveragePool1d),
  globalAveragePool2d: (n) => of(image(n), ops.globalAveragePool2d),
  locallyConnected2d: (n) => {
    const [channels, filters, rows, columns] = [n(1, 3), n(1, 3), n(1, 3), n(1, 3)];
    return {
      inputs: {
        x: [n(1, 2), rows + 2, columns + 1, channels],
        filter: [rows, columns, 3, 2, channels, filters],
        bias: [rows, columns, filters],
      },
      apply: ({ x, filter, bias }) => ops.locallyConnected2d(x as Tensor, filter as Tensor, { bias: bias as Tensor }),
      groups: BILINEAR,
    };
  },
  maskedConv2d: (n, dtype = 'float64') => {
    const [channels, filters, options] = [n(1, 4), n(1, 4), window(n)];
    const mask = ops.reshape(
      tensor(
        Array.from({ length: channels * filters }, () => n(0, 1)),
        [channels * filters],
        dtype,
      ),
      [channels, filters],
    );
    return convolution(image(n, 5, channels), [n(1, 3), n(1, 3), channels, filters], filters, (x, filter, bias) =>
      ops.maskedConv2d(x, filter, mask, { ...options, bias }),
    );
  },
  matmul: (n) => {
    const [rows, inner, columns, transposeA, transposeB] = [n(1, 9), n(1, 9), n(1, 9), n(0, 1) === 1, n(0, 1) === 1];
    return {
      inputs: {
        a: transposeA ? [inner, rows] : [rows, inner],
        b: transposeB ? [columns, inner] : [inner, columns],
        bias: [columns],
      },
      apply: ({ a, b, bias }) => ops.matmul(a as Tensor, b as Tensor, { transposeA, transposeB, bias: bias as Tensor }),
      groups: [
        ['a', 'bias'],
        ['b', 'bias'],
      ],
    };
  },
  maxUnpool1d: (n) => {
    const [batch, length, channels] = [n(1, 2), n(1, 5), n(1, 4)];
    const pooled = ops.randomNormal([batch, 2 * length, channels], { random: new Random(n(0, 99)), dtype: 'float64' });
    const { switches } = ops.maxPool1dWithSwitches(pooled, { poolSize: 2 });
    return of([batch, length, channels], (y) => ops.maxUnpool1d(y, switches));
  },
  maxUnpool2d: (n) => {
    const [batch, rows, columns, channels] = [n(1, 2), n(1, 3), n(1, 3), n(1, 4)];
    const pooled = ops.randomNormal([batch, 2 * rows, 2 * columns, channels], {
      random: new Random(n(0, 99)),
      dtype: 'float64',
    });
    const { switches } = ops.maxPool2dWithSwitches(pooled, { poolSize: 2 });
    return of([batch, rows, columns, channels], (y) => ops.maxUnpool2d(y, switches));
  },
  mean: (n) => reduced(n, ops.mean),
  multiply: (n) => ({ ...joined(n, ops.multiply), groups: [['a'], ['b']] }),
  divide: (n) => ({ ...joined(n, (a, b) => ops.divide(a, ops.add(ops.square(b), 1))), groups: [['a']] }),
  negate: (n) => of(block(n), ops.negate),
  pad: (n) => {
    const [rows, columns] = [n(3, 6), n(3, 6)];
    const side = () => [n(0, 2), n(0, 2)] as const;
    const [sides, mode] = [[side(), side()], choose(n, ['constant', 'reflect', 'replicate', 'circular'] as const)];
    return of([rows, columns], (x) => ops.pad(x, sides, { mode }));
  },
  reshape: (n) => {
    const [a, b, c] = [n(1, 4), n(1, 4), n(1, 4)];
    return of([a, b, c], (x) => ops.reshape(x, [c, a * b]));
  },
  resize2d: (n) => {
    const options = {
      mode: choose(n, ['nearest', 'bilinear'] as const),
      coordinates: choose(n, ['halfPixel', 'alignCorners', 'asymmetric'] as const),
    };
    const size = [n(1, 9), n(1, 9)] as const;
    return of(image(n), (x) => ops.resize2d(x, size, options));
  },
  separableConv2d: (n) => {
    const [channels, multiplier, filters, options] = [n(1, 4), n(1, 2), n(1, 4), window(n)];
    return {
      inputs: {
        x: image(n, 5, channels),
        depthwise: [n(1, 3), n(1, 3), channels, multiplier],
        pointwise: [1, 1, channels * multiplier, filters],
        bias: [filters],
      },
      apply: ({ x, depthwise, pointwise, bias }) =>
        ops.separableConv2d(x as Tensor, depthwise as Tensor, pointwise as Tensor, {
          ...options,
          bias: bias as Tensor,
        }),
      groups: [
        ['x', 'bias'],
        ['depthwise', 'bias'],
        ['pointwise', 'bias'],
      ],
    };
  },
  slice: (n) => {
    const shape = block(n);
    const begin = shape.map((extent) => n(0, extent - 1));
    const size = shape.map((extent, axis) => n(1, extent - (begin[axis] as number)));
    return of(shape, (x) => ops.slice(x, begin, size));
  },
  spatialDropout: (n) => dropped(n, ops.spatialDropout),
  stack: (n) => {
    const [shape, axis] = [block(n), n(0, 2)];
    return { inputs: { a: shape, b: shape }, apply: ({ a, b }) => ops.stack([a, b] as Tensor[], { axis }) };
  },
  stochasticDepth: (n) => dropped(n, ops.stochasticDepth),
  subtract: (n) => joined(n, ops.subtract),
  subtractiveNorm: (n) => {
    const options = { windowSize: choose(n, [1, 3, [1, 5]] as const), acrossChannels: n(0, 1) === 1 };
    return of(image(n), (x) => ops.subtractiveNorm(x, options));
  },
  sum: (n) => reduced(n, ops.sum),
  sumPool2d: (n) => {
    const options = pool(n);
    return of(image(n), (x) => ops.sumPool2d(x, options));
  },
  transpose: (n) => {
    const order = choose(n, [
      [0, 2, 1],
      [2, 0, 1],
      [2, 1, 0],
    ]);
    return of([n(1, 4), n(1, 4), n(1, 9)], (x) => ops.transpose(x, order));
  },
  where: (n) => {
    const condition = tensor(
      Uint8Array.from({ length: 12 }, () => n(0, 1)),
      [3, 4],
    );
    return { inputs: { a: [3, 4], b: [4] }, apply: ({ a, b }) => ops.where(condition, a as Tensor, b as Tensor) };
  },
};
