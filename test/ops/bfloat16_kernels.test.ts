// Kernels of bfloat16 at the sizes at which they take other ways: many channels, long arrays, rows that end beside a vector.
// What they give is what float32 gives for the same numbers, rounded.
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { ops, Parameter, Random, type Tensor, tensor } from '../../lib/index.js';
import { size } from '../support/operators.js';
import { noise, values } from '../support/tensors.js';

const narrow = (shape: readonly number[], seed: number): Tensor =>
  tensor([...noise(size(shape), seed)], shape, 'bfloat16');

async function expectRounded(actual: Tensor, expected: Tensor): Promise<void> {
  expect(actual.dtype).toBe('bfloat16');
  expect(await actual.data()).toEqual(await ops.cast(expected, 'bfloat16').data());
}

/** The results are equal once rounded, and so are gradients that are sums in the same order. */
async function expectSame(shape: readonly number[], f: (x: Tensor) => Tensor, gradient = true): Promise<void> {
  const x = narrow(shape, 1);
  const results = [x, ops.cast(x, 'float32')].map((input) =>
    pullback(
      'test',
      () => f(input),
      [input],
      (y) => ops.cast(narrow(y.shape, 2), y.dtype as 'float32'),
    ),
  );
  const [given, wide] = results as [(typeof results)[0], (typeof results)[0]];
  await expectRounded(given.value, wide.value);
  if (gradient) await expectRounded(given.gradients[0] as Tensor, wide.gradients[0] as Tensor);
}

const pools = [
  { poolSize: 2 },
  { poolSize: 3, strides: 2, padding: 1 },
  { poolSize: 5, strides: 1, padding: 2 },
  { poolSize: 3, strides: 1 },
] as const;
const images = [
  [2, 9, 8, 1],
  [2, 9, 8, 3],
  [1, 9, 8, 16],
  [1, 8, 9, 70],
] as const;

describe('pooling of bfloat16', () => {
  for (const shape of images)
    for (const options of pools) {
      const name = `[${shape}] by ${JSON.stringify(options)}`;
      it(`is the maximum of ${name}, with the same switches`, async () => {
        const x = narrow(shape, 3);
        const [given, wide] = [x, ops.cast(x, 'float32')].map((t) => ops.maxPool2dWithSwitches(t, options));
        if (!given || !wide) throw new Error('unreachable');
        await expectRounded(given.output, wide.output);
        expect(await values(given.switches.positions)).toEqual(await values(wide.switches.positions));
        await expectRounded(ops.maxPool2d(x, options), wide.output);
        await expectSame(shape, (t) => ops.maxPool2d(t, options));
      });
      it(`is the mean of ${name}`, () => expectSame(shape, (x) => ops.averagePool2d(x, options)));
    }

  it('is global', async () => {
    for (const shape of images) {
      await expectSame(shape, ops.globalAveragePool2d);
      await expectSame(shape, ops.globalMaxPool2d);
      await expectSame(shape, (x) => ops.min(x, { axes: [-1] }));
    }
  });
});

describe('normalisation of bfloat16', () => {
  it.each([1, 5, 64, 300])('is that of float32 in a batch of %d channels, with its statistics', async (channels) => {
    const x = narrow([37, 3, channels], 1);
    const [gamma, beta] = [noise(channels, 2), noise(channels, 3)].map((v) => tensor([...v], [channels]));
    for (const training of [true, false])
      for (const activation of ['none', 'relu'] as const) {
        const run = (input: Tensor) => {
          const [mean, variance] = ['mean', 'variance'].map((name) => new Parameter(name, [channels]));
          mean?.assign(new Float32Array(channels).fill(0.1));
          variance?.assign(new Float32Array(channels).fill(0.7));
          const apply = () =>
            ops.batchNorm(input, gamma as Tensor, beta as Tensor, mean as Tensor, variance as Tensor, {
              training,
              activation,
            });
          const { value, gradients } = pullback('test', apply, [input, gamma, beta] as Tensor[], (y) =>
            ops.cast(narrow(y.shape, 4), y.dtype as 'float32'),
          );
          return { value, gradients, statistics: [mean, variance] as Tensor[] };
        };
        const [given, wide] = [run(x), run(ops.cast(x, 'float32'))];
        await expectRounded(given.value, wide.value);
        await expectRounded(given.gradients[0] as Tensor, wide.gradients[0] as Tensor);
        for (const at of [1, 2]) {
          expect(given.gradients[at]?.dtype).toBe('float32');
          expect(await given.gradients[at]?.data()).toEqual(await wide.gradients[at]?.data());
        }
        for (const at of [0, 1]) expect(await given.statistics[at]?.data()).toEqual(await wide.statistics[at]?.data());
      }
  });

  it('refuses running statistics of bfloat16', () => {
    const [x, one] = [narrow([4, 2], 1), narrow([2], 2)];
    expect(() => ops.batchNorm(x, one, one, one, one, { training: false })).toThrow(
      'batchNorm: runningMean must be float32 or float64, but is bfloat16',
    );
  });

  it.each([3, 96, 1500])('is that of neighbours among %d channels', (channels) =>
    expectSame([2, 3, channels], (x) => ops.localResponseNorm(x, { size: 4, alpha: 0.5 })),
  );
});

describe('long arrays of bfloat16', () => {
  const length = [70_001] as const;
  const calls: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    add: (x) => ops.add(x, narrow(length, 5)),
    dropout: (x) => ops.dropout(x, { rate: 0.3, random: new Random(7) }),
    flip: (x) => ops.flip(x, 0),
    gelu: (x) => ops.gelu(x),
    leakyRelu: (x) => ops.leakyRelu(x),
    multiply: (x) => ops.multiply(x, 1.001),
    pad: (x) => ops.pad(x, [[3, 5]], { mode: 'circular' }),
    relu: ops.relu,
    silu: ops.silu,
    slice: (x) => ops.slice(x, [7], [40_000]),
    spatialDropout: (x) => ops.spatialDropout(ops.reshape(x, [1, -1]), { rate: 0.3, random: new Random(7) }),
    stack: (x) => ops.stack([x, narrow(length, 5)], { axis: 1 }),
    transpose: (x) => ops.transpose(ops.reshape(ops.slice(x, [1]), [7, 100, 100])),
  };
  it.each(Object.entries(calls))('%s', async (_, f) => {
    if (f(narrow([70_001], 1)).dtype !== 'bfloat16') throw new Error('not bfloat16');
    await expectSame(length, f);
  });
});
