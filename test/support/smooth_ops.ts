// Calls of every differentiable op that is not linear, with shapes that are drawn. Inputs are noise in [−1, 1): ops that need
// positive numbers get a function of it.
import { ops, Parameter, Random, type Tensor, tensor } from '../../lib/index.js';
import { block, type Draw, type Generated, type Generator, image, pool, sequence } from './linear_ops.js';

type Unary = (x: Tensor) => Tensor;

const one = (shape: readonly number[], apply: Unary): Generated => ({
  inputs: { x: shape },
  apply: ({ x }) => apply(x as Tensor),
});
const each =
  (apply: Unary): Generator =>
  (n) =>
    one(block(n), apply);
const pair =
  (apply: (a: Tensor, b: Tensor) => Tensor): Generator =>
  (n) => {
    const shape = block(n);
    return { inputs: { a: shape, b: shape.slice(1) }, apply: ({ a, b }) => apply(a as Tensor, b as Tensor) };
  };
const positive = (x: Tensor): Tensor => ops.add(ops.square(x), 0.5);
/** Where only the places of the largest matter, differences need them apart. */
const wide = (x: Tensor): Tensor => ops.multiply(x, 4);
const logits = (n: Draw): number[] => [n(1, 4), n(2, 9)];
const labels = (n: Draw, count: number, classes: number): Tensor =>
  tensor(Int32Array.from({ length: count }, () => n(0, classes - 1)));
const along =
  (op: (x: Tensor, options: { axis: number }) => Tensor): Generator =>
  (n) => {
    const shape = [n(1, 4), n(2, 5), n(2, 5)];
    const axis = n(1, 2);
    return one(shape, (x) => op(x, { axis }));
  };
const extremum =
  (op: typeof ops.max): Generator =>
  (n) => {
    const shape = block(n);
    const axes = n(0, shape.length - 1);
    return one(shape, (x) => op(x, { axes }));
  };
const affine = (shape: readonly number[], channels: number, apply: (...t: Tensor[]) => Tensor): Generated => ({
  inputs: { x: shape, gamma: [channels], beta: [channels] },
  apply: ({ x, gamma, beta }) => apply(x as Tensor, gamma as Tensor, beta as Tensor),
});

export const smoothOps: Readonly<Record<string, Generator>> = {
  abs: each(ops.abs),
  adaptiveMaxPool1d: (n) => {
    const outputSize = n(1, 3);
    return one(sequence(n), (x) => ops.adaptiveMaxPool1d(x, { outputSize }));
  },
  adaptiveMaxPool2d: (n) => {
    const outputSize = [n(1, 3), n(1, 3)] as const;
    return one(image(n), (x) => ops.adaptiveMaxPool2d(x, { outputSize }));
  },
  batchNorm: (n, dtype = 'float64') => {
    const [channels, training] = [n(1, 5), n(0, 1) === 1];
    const statistics = ['mean', 'variance'].map((name) => {
      const parameter = new Parameter(name, [channels], { dtype, trainable: false });
      parameter.assign(
        tensor(
          Array.from({ length: channels }, () => 0.5),
          [channels],
          dtype,
        ),
      );
      return parameter;
    });
    const [mean, variance] = statistics as [Parameter, Parameter];
    // Momentum 0, so that every call sees the same statistics.
    return affine([n(4, 6), n(2, 4), channels], channels, (x, gamma, beta) =>
      ops.batchNorm(x, gamma, beta, mean, variance, { training, momentum: 0 }),
    );
  },
  clip: each((x) => ops.clip(x, -0.5, 0.75)),
  digitSequenceLoss: (n) => {
    const [batch, digits, classes] = [n(1, 3), n(1, 3), n(2, 5)];
    const target = tensor(
      Int32Array.from({ length: batch * (1 + digits) }, (_, at) =>
        n(0, at % (1 + digits) === 0 ? digits : classes - 1),
      ),
      [batch, 1 + digits],
    );
    return one([batch, digits + 2 + digits * classes], (x) => ops.digitSequenceLoss(x, target, { digits, classes }));
  },
  elu: each((x) => ops.elu(x, { alpha: 0.7 })),
  exp: each(ops.exp),
  gelu: (n) => {
    const approximate = n(0, 1) ? 'tanh' : 'none';
    return one(block(n), (x) => ops.gelu(x, { approximate }));
  },
  globalMaxPool2d: (n) => one(image(n), ops.globalMaxPool2d),
  groupNorm: (n) => {
    const [groups, within] = [n(1, 2), n(1, 3)];
    const channels = groups * within;
    return affine([n(1, 2), n(2, 4), n(2, 4), channels], channels, (x, gamma, beta) =>
      ops.groupNorm(x, { groups, gamma, beta, epsilon: 0.01 }),
    );
  },
  hardSigmoid: each((x) => ops.hardSigmoid(wide(x))),
  hardSwish: each((x) => ops.hardSwish(wide(x))),
  instanceNorm: (n) => {
    const channels = n(1, 5);
    return affine([n(1, 2), n(2, 4), n(2, 4), channels], channels, (x, gamma, beta) =>
      ops.instanceNorm(x, { gamma, beta, epsilon: 0.01 }),
    );
  },
  kMaxPool: (n) => {
    const k = n(1, 3);
    return one(sequence(n), (x) => ops.kMaxPool(x, { k }));
  },
  layerNorm: (n) => {
    const features = n(2, 9);
    return affine([n(1, 3), n(1, 3), features], features, (x, gamma, beta) =>
      ops.layerNorm(x, { gamma, beta, epsilon: 0.01 }),
    );
  },
  leakyRelu: each((x) => ops.leakyRelu(x, { negativeSlope: 0.1 })),
  localResponseNorm: (n) => {
    const size = n(1, 5);
    return one(image(n), (x) => ops.localResponseNorm(x, { size, alpha: 0.5 }));
  },
  log: each((x) => ops.log(positive(x))),
  logSoftmax: along(ops.logSoftmax),
  lpPool1d: (n) => {
    const [options, p] = [pool(n), n(2, 3)];
    return one(sequence(n), (x) => ops.lpPool1d(positive(x), { ...options, p }));
  },
  lpPool2d: (n) => {
    const [options, p] = [pool(n), n(2, 3)];
    return one(image(n), (x) => ops.lpPool2d(positive(x), { ...options, p }));
  },
  max: extremum(ops.max),
  maxOverTime: (n) => one(sequence(n), ops.maxOverTime),
  maxPool1d: (n) => {
    const options = pool(n);
    return one(sequence(n), (x) => ops.maxPool1d(x, options));
  },
  maxPool1dWithSwitches: (n) => {
    const options = pool(n);
    return one(sequence(n), (x) => ops.maxPool1dWithSwitches(x, options).output);
  },
  maxPool2d: (n) => {
    const options = pool(n);
    return one(image(n), (x) => ops.maxPool2d(x, options));
  },
  maxPool2dWithSwitches: (n) => {
    const options = pool(n);
    return one(image(n), (x) => ops.maxPool2dWithSwitches(x, options).output);
  },
  maximum: pair(ops.maximum),
  maxout: (n) => {
    const pieces = n(1, 4);
    return one([n(1, 4), pieces * n(1, 4)], (x) => ops.maxout(x, { pieces }));
  },
  min: extremum(ops.min),
  minimum: pair(ops.minimum),
  mish: each((x) => ops.mish(wide(x))),
  multiMarginLoss: (n) => {
    const shape = logits(n);
    const [batch, classes] = shape as [number, number];
    const target = labels(n, batch, classes);
    const options = { margin: 0.5, p: n(1, 2) as 1 | 2 };
    return one(shape, (x) => ops.multiMarginLoss(x, target, options));
  },
  prelu: (n) => {
    const shape = block(n);
    return {
      inputs: { x: shape, slope: n(0, 1) ? [1] : shape.slice(-1) },
      apply: ({ x, slope }) => ops.prelu(x as Tensor, slope as Tensor),
    };
  },
  radialBasis: (n) => {
    const features = n(1, 9);
    return {
      inputs: { x: [n(1, 3), features], codes: [n(1, 5), features] },
      apply: ({ x, codes }) => ops.radialBasis(x as Tensor, codes as Tensor),
    };
  },
  relu: each(ops.relu),
  relu6: each((x) => ops.relu6(ops.multiply(x, 12))),
  scaledTanh: each((x) => ops.scaledTanh(wide(x))),
  selu: each((x) => ops.selu(wide(x))),
  sigmoid: each((x) => ops.sigmoid(wide(x))),
  silu: each((x) => ops.silu(wide(x))),
  softmax: along(ops.softmax),
  softmaxCrossEntropy: (n) => {
    const shape = logits(n);
    const [batch, classes] = shape as [number, number];
    const target = labels(n, batch, classes);
    const reduction = (['mean', 'sum', 'none'] as const)[n(0, 2)] as 'mean';
    const options = { labelSmoothing: 0.1 * n(0, 1), reduction };
    return one(shape, (x) => ops.softmaxCrossEntropy(x, target, options));
  },
  softplus: each((x) => ops.softplus(wide(x))),
  sqrt: each((x) => ops.sqrt(positive(x))),
  square: each(ops.square),
  stochasticPool1d: (n) => {
    const [options, seed, training] = [pool(n), n(0, 99), n(0, 1) === 1];
    return one(sequence(n), (x) => {
      const random = training ? { random: new Random(seed) } : {};
      return ops.stochasticPool1d(positive(x), { ...options, training, ...random });
    });
  },
  stochasticPool2d: (n) => {
    const [options, seed, training] = [pool(n), n(0, 99), n(0, 1) === 1];
    return one(image(n), (x) => {
      const random = training ? { random: new Random(seed) } : {};
      return ops.stochasticPool2d(positive(x), { ...options, training, ...random });
    });
  },
  tanh: each((x) => ops.tanh(wide(x))),
  topK: (n) => {
    const [rows, columns] = [n(1, 4), n(2, 9)];
    const k = n(1, columns);
    return one([rows, columns], (x) => ops.topK(x, k).values);
  },
};
