// Every op given bfloat16: what it gives is what it gives in float32 for the same numbers, rounded; gradients likewise, each in
// the dtype of its input. Ops that are one kernel are exact, compositions round on the way.
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { DTypeError, ops, Random, type Tensor, tensor } from '../../lib/index.js';
import { fillNormal, fillUniform } from '../../lib/ops/random_fill.js';
import { type Draw, type Generator, linearOps } from '../support/linear_ops.js';
import { size } from '../support/operators.js';
import { smoothOps } from '../support/smooth_ops.js';
import { noise, values } from '../support/tensors.js';

/** What is made of several ops, or of sums of another order; and losses, which stay float32. */
const composed = new Set([
  ...['conv1d', 'conv1dTranspose', 'conv2d', 'conv2dTranspose', 'convolve1d', 'convolve2d', 'crossCorrelate1d'],
  ...['crossCorrelate2d', 'depthwiseConv2d', 'divide', 'locallyConnected2d', 'log', 'lpPool1d', 'lpPool2d'],
  ...['maskedConv2d', 'matmul', 'radialBasis', 'relu6', 'separableConv2d', 'sqrt', 'stochasticPool1d'],
  ...['stochasticPool2d', 'subtractiveNorm'],
]);
/** Their gradients come from the rounded output: where it is almost ±1 the slope is as exact as it is, not as its difference to 1. */
const saturating = new Set(['scaledTanh', 'sigmoid', 'tanh']);
const losses = new Set(['digitSequenceLoss', 'multiMarginLoss', 'softmaxCrossEntropy']);

const drawing = (seed: number): Draw => {
  const random = noise(100, seed);
  let drawn = 0;
  return (low, high) => low + Math.floor((((random[drawn++] as number) + 1) / 2) * (high - low + 1));
};

const rounded = (numbers: readonly number[], shape: readonly number[]): Tensor => tensor(numbers, shape, 'bfloat16');
const nearest = async (numbers: readonly number[]): Promise<number[]> =>
  values(tensor(numbers, [numbers.length], 'bfloat16'));

/** The result and the gradients of a drawn call in a dtype, for inputs and an upstream gradient that bfloat16 holds. */
async function run(generator: Generator, seed: number, dtype: 'float32' | 'bfloat16') {
  const { inputs, apply } = generator(drawing(seed), 'float32');
  const named = Object.entries(inputs).map(([name, shape], at) => {
    const x = rounded([...noise(size(shape), seed + at)], shape);
    return [name, dtype === 'float32' ? ops.cast(x, 'float32') : x] as const;
  });
  const { value, gradients } = pullback(
    'test',
    () => apply(Object.fromEntries(named)),
    named.map(([, x]) => x),
    (y) => ops.cast(rounded([...noise(size(y.shape), 9)], y.shape), y.dtype as 'float32'),
  );
  const numbers = await Promise.all([value, ...gradients].map(values));
  return { dtypes: [value.dtype, ...gradients.map((gradient) => gradient.dtype)], numbers };
}

/** Within four steps of bfloat16, measured at the largest of the numbers, or at `least`. */
function expectNear(actual: readonly number[], expected: readonly number[], least = 1e-3): void {
  const most = Math.max(least, ...expected.map(Math.abs));
  for (const [at, value] of actual.entries())
    if (!(Math.abs(value - (expected[at] as number)) <= 4 * 2 ** -8 * most)) expect(value).toBe(expected[at]);
}

describe('ops given bfloat16', () => {
  const { cast: _, ...linear } = linearOps;
  it.each(Object.entries({ ...linear, ...smoothOps }))('%s', async (name, generator) => {
    for (const seed of [1, 2, 3, 4]) {
      const [wide, narrow] = [await run(generator, seed, 'float32'), await run(generator, seed, 'bfloat16')];
      const of = losses.has(name) ? 'float32' : 'bfloat16';
      expect(narrow.dtypes).toEqual([of, ...narrow.dtypes.slice(1).map(() => 'bfloat16')]);
      const [[y, ...gradients], [expected, ...wanted]] = [narrow.numbers, wide.numbers] as [number[][], number[][]];
      if (composed.has(name)) expectNear(y as number[], expected as number[]);
      else expect(y).toEqual(losses.has(name) ? expected : await nearest(expected as number[]));
      const least = saturating.has(name) ? 1 : undefined;
      for (const [at, gradient] of gradients.entries()) expectNear(gradient, wanted[at] as number[], least);
    }
  });
});

describe('ops without a gradient given bfloat16', () => {
  const x = rounded([...noise(57, 3)], [3, 19]);
  const y = rounded([...noise(57, 4)], [3, 19]);
  const labels = tensor(Int32Array.of(3, 18, 0));
  const hits = tensor([1, 0, 1], [3], 'bfloat16');
  const scores = rounded([-0.5, 0.25, 0.75], [3]);
  const calls: Readonly<Record<string, (wide: (t: Tensor) => Tensor) => Tensor>> = {
    argMax: (of) => ops.argMax(of(x)),
    confusionMatrix: (of) => ops.confusionMatrix(of(x), labels),
    decodedDigits: (of) => ops.decodeDigitSequence(of(x), { digits: 2, classes: 8, lengths: 3 }).sequences,
    decodedProbabilities: (of) =>
      ops.decodeDigitSequence(of(x), { digits: 2, classes: 8, lengths: 3 }).logProbabilities,
    equal: (of) => ops.equal(of(x), of(y)),
    greater: (of) => ops.greater(of(x), 0.1),
    greaterEqual: (of) => ops.greaterEqual(of(x), of(y)),
    less: (of) => ops.less(0.1, of(x)),
    lessEqual: (of) => ops.lessEqual(of(x), of(y)),
    notEqual: (of) => ops.notEqual(of(x), 0.5),
    scoreHistogram: (of) => ops.scoreHistogram(of(scores), of(hits), { bins: 4, low: -1, high: 1 }),
    topKCorrect: (of) => ops.topKCorrect(of(x), labels, 9),
    topKIndices: (of) => ops.topK(of(x), 4).indices,
    where: (of) => ops.where(ops.greater(of(x), 0), of(x), of(y)),
  };

  it.each(Object.entries(calls))('%s gives what it gives in float32', async (_, call) => {
    const given = await values(call((t) => t));
    expect(given).toEqual(await values(call((t) => ops.cast(t, 'float32'))));
  });

  it('refuses to fill it with random numbers', () => {
    const random = new Random(1);
    const target = rounded([1, 2], [2]);
    expect(() => fillUniform(target, { random })).toThrow(DTypeError);
    expect(() => fillNormal(target, { random })).toThrow('fillNormal: target must be float32 or float64');
    expect(() => ops.randomNormal([2], { random, dtype: 'bfloat16' as never })).toThrow(DTypeError);
  });
});

describe('operands beside bfloat16', () => {
  it('keeps numbers and float32 operands as they are', async () => {
    const x = rounded([256], [1]);
    const third = ops.multiply(x, 1 / 3);
    expect(third.dtype).toBe('bfloat16');
    expect(await values(third)).toEqual(await nearest([256 / 3]));
    const sum = ops.subtract(tensor([256.5]), x);
    expect(sum.dtype).toBe('bfloat16');
    expect(await values(sum)).toEqual([0.5]);
  });

  it('takes float32 beside bfloat16 however they are broadcast', async () => {
    for (const [a, b] of [
      [[3, 1], [1500]],
      [[2, 3, 1100], [1100]],
      [
        [2, 3, 5],
        [3, 1],
      ],
      [
        [2, 3, 4, 5],
        [2, 1, 4, 1],
      ],
      [[], [2000]],
    ] as const) {
      const [left, right] = [rounded([...noise(size(a), 5)], a), tensor([...noise(size(b), 6)], b)];
      const expected = await nearest(await values(ops.add(ops.cast(left, 'float32'), right)));
      expect(await values(ops.add(left, right))).toEqual(expected);
      expect(await values(ops.add(right, left))).toEqual(expected);
    }
  });
});
