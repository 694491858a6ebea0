import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { type BatchNormOptions, batchNorm } from '../../lib/ops/batch_norm.js';
import { relu } from '../../lib/ops/relu.js';
import type { TypedArray } from '../../lib/tensor/dtype.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

type Float = 'float32' | 'float64';

function parameter(name: string, data: ArrayLike<number>, dtype: Float): Parameter {
  const made = new Parameter(name, [data.length], { dtype });
  made.assign((dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data)) as TypedArray);
  return made;
}

/** Running mean 0 and variance 1, unless given. */
function statistics(
  channels: number,
  dtype: Float,
  mean: ArrayLike<number> = new Array(channels).fill(0),
  variance: ArrayLike<number> = new Array(channels).fill(1),
) {
  return [parameter('runningMean', mean, dtype), parameter('runningVariance', variance, dtype)] as const;
}

function moments(x: readonly number[], channels: number, c: number) {
  const column = x.filter((_, index) => index % channels === c);
  const mean = column.reduce((a, b) => a + b, 0) / column.length;
  const squares = column.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, biased: squares / column.length, unbiased: squares / (column.length - 1) };
}

const sizes = [1, 2, 3, 5, 8, 16, 17, 24, 33, 64, 100, 260].flatMap(
  (channels) =>
    [
      [2, channels],
      [7, channels],
      [45, channels],
    ] as const,
);

describe('batchNorm', () => {
  it.each([...sizes, [40_000, 3], [3001, 24]] as const)(
    'normalises %d values of each of %d channels',
    async (pixels, channels) => {
      for (const [dtype, tolerance] of [
        ['float32', 2e-5],
        ['float64', 1e-12],
      ] as const) {
        const x = tensor(
          Array.from(noise(pixels * channels), (v, i) => 3 * v + (i % channels)),
          [pixels, channels],
          dtype,
        );
        const data = await values(x);
        const [gamma, beta] = [
          tensor([...noise(channels, 2)], [channels], dtype),
          tensor([...noise(channels, 3)], [channels], dtype),
        ];
        const [g, b] = [await values(gamma), await values(beta)];
        const [mean, variance] = statistics(channels, dtype);
        const trained = await values(batchNorm(x, gamma, beta, mean, variance, { training: true }));
        const [m, v] = [await values(mean), await values(variance)];
        const evaluated = await values(batchNorm(x, gamma, beta, mean, variance, { training: false, epsilon: 1e-3 }));
        for (let c = 0; c < channels; c++) {
          const batch = moments(data, channels, c);
          expect(Math.abs((m[c] as number) - 0.1 * batch.mean)).toBeLessThan(tolerance * (1 + c));
          expect(Math.abs((v[c] as number) - (0.9 + 0.1 * batch.unbiased))).toBeLessThan(tolerance);
          for (let i = c; i < data.length; i += channels * 7) {
            const [value, scale, shift] = [data[i] as number, g[c] as number, b[c] as number];
            const expected = (scale * (value - batch.mean)) / Math.sqrt(batch.biased + 1e-5) + shift;
            const running = (scale * (value - (m[c] as number))) / Math.sqrt((v[c] as number) + 1e-3) + shift;
            expect(Math.abs((trained[i] as number) - expected)).toBeLessThan(tolerance * (1 + Math.abs(value)) * 10);
            expect(Math.abs((evaluated[i] as number) - running)).toBeLessThan(tolerance * (1 + Math.abs(value)));
          }
        }
      }
    },
  );

  it('updates the running statistics as PyTorch does', async () => {
    const [mean, variance] = statistics(1, 'float64');
    const one = tensor([1], [1], 'float64');
    const versions = [mean.version, variance.version];
    const y = await values(
      batchNorm(tensor([1, 2, 3, 4], [4, 1], 'float64'), one, tensor([0], [1], 'float64'), mean, variance, {
        training: true,
      }),
    );
    expect(await mean.item()).toBeCloseTo(0.25, 12);
    expect(await variance.item()).toBeCloseTo(0.9 + 0.1 * (5 / 3), 12); // 1.0667
    expect(y[3]).toBeCloseTo(1.5 / Math.sqrt(1.25 + 1e-5), 12);
    expect([mean.version, variance.version]).toEqual(versions.map((version) => version + 1));
    batchNorm(tensor([1, 2, 3, 4], [4, 1], 'float64'), one, one, mean, variance, { training: false });
    expect(mean.version).toBe((versions[0] as number) + 1);
  });

  it('updates the running statistics as Keras does: its momentum is 1 minus ours, its variance biased', async () => {
    const [mean, variance] = statistics(1, 'float64');
    const [x, one] = [tensor([1, 2, 3, 4], [4, 1], 'float64'), tensor([1], [1], 'float64')];
    const options = { training: true, momentum: 0.01, epsilon: 1e-3, varianceConvention: 'keras' } as const;
    const y = await values(batchNorm(x, one, tensor([0], [1], 'float64'), mean, variance, options));
    expect(await mean.item()).toBeCloseTo(0.025, 12);
    expect(await variance.item()).toBeCloseTo(1.0025, 12);
    expect(y[3]).toBeCloseTo(1.5 / Math.sqrt(1.25 + 1e-3), 12); // the batch is normalised as ever
  });

  it('keeps the variance of values far from zero', async () => {
    for (const channels of [1, 24]) {
      const data = Float32Array.from(
        { length: 20_000 * channels },
        (_, i) => 4096 + (Math.floor(i / channels) % 2 === 0 ? 1 : -1),
      );
      data[0] = -1e4; // an outlier first must not spoil the other channels
      const [mean, variance] = statistics(channels, 'float32');
      const ones = tensor(new Float32Array(channels).fill(1));
      batchNorm(tensor(data, [20_000, channels]), ones, ones, mean, variance, { training: true, momentum: 1 });
      const v = await values(variance);
      const exact = moments([...data], channels, 0).unbiased;
      expect(Math.abs((v[0] as number) / exact - 1)).toBeLessThan(1e-4);
      for (const value of v.slice(1)) expect(value).toBeCloseTo(20_000 / 19_999, 5);
      expect((await values(mean))[channels - 1]).toBeCloseTo(channels === 1 ? 4096 - 14097 / 20_000 : 4096, 2);
    }
  });

  it.each(sizes.filter(([pixels]) => pixels > 2))(
    'has the gradients that differences give, %d values of %d channels',
    async (pixels, channels) => {
      const [mean, variance] = statistics(
        channels,
        'float64',
        noise(channels, 7),
        noise(channels, 8).map((v) => 1.5 + v),
      );
      const inputs = [
        tensor(noise(pixels * channels), [pixels, channels]),
        tensor(noise(channels, 2)),
        tensor(noise(channels, 3)),
      ] as const;
      for (const training of [true, false])
        for (const activation of ['none', 'relu'] as const) {
          const options = { training, activation };
          await checkGradient((x, gamma, beta) => batchNorm(x, gamma, beta, mean, variance, options), inputs);
        }
    },
  );

  it.each([
    [45, 17],
    [3001, 24],
    [90, 260],
  ])(
    'gives with relu what it gives before a relu, to the bit, gradients included: %d values of %d channels',
    async (pixels, channels) => {
      const rules = ['backprop', 'deconvnet', 'guided'] as const;
      for (const dtype of ['float32', 'float64'] as const)
        for (const training of [true, false])
          for (const rectifier of rules) {
            const x = tensor(noise(pixels * channels), [pixels, channels], dtype);
            const [gamma, beta] = [2, 3].map((seed) => tensor(noise(channels, seed), [channels], dtype)) as [
              Tensor,
              Tensor,
            ];
            const run = async (f: (mean: Parameter, variance: Parameter) => Tensor) => {
              const running = statistics(channels, dtype);
              const dy = () => tensor(noise(pixels * channels, 4), [pixels, channels], dtype);
              const { value, gradients } = pullback('test', () => f(...running), [x, gamma, beta], dy, { rectifier });
              return Promise.all([value, ...gradients, ...running].map((result) => values(result as Tensor)));
            };
            const fused = await run((...running) =>
              batchNorm(x, gamma, beta, ...running, { training, activation: 'relu' }),
            );
            expect(fused).toEqual(await run((...running) => relu(batchNorm(x, gamma, beta, ...running, { training }))));
          }
    },
  );

  it('gives an input gradient without mean and without a component along the output', async () => {
    const [mean, variance] = statistics(3, 'float64');
    const x = tensor(noise(300), [100, 3]);
    const [gamma, beta] = [tensor(new Float64Array(3).fill(1)), tensor(new Float64Array(3))];
    const { value, gradients } = pullback(
      'test',
      () => batchNorm(x, gamma, beta, mean, variance, { training: true, epsilon: 0 }),
      [x],
      () => tensor(noise(300, 5), [100, 3]),
    );
    const [y, dx] = [await values(value), await values(gradients[0] as Tensor)];
    for (let c = 0; c < 3; c++) {
      const along = (other: (i: number) => number) =>
        dx.reduce((total, d, i) => total + (i % 3 === c ? d * other(i) : 0), 0);
      expect(Math.abs(along(() => 1))).toBeLessThan(1e-12);
      expect(Math.abs(along((i) => y[i] as number))).toBeLessThan(1e-12);
    }
  });

  it('gives gamma and beta gradients when nobody asks for that of x', async () => {
    const [mean, variance] = statistics(2, 'float64');
    const [gamma, beta] = [tensor(new Float64Array([2, 3])), tensor(new Float64Array(2))];
    const x = tensor(noise(8), [4, 2]);
    const { gradients } = pullback(
      'test',
      () => batchNorm(x, gamma, beta, mean, variance, { training: true }),
      [beta],
      (y) => tensor(new Float64Array(8).fill(1), y.shape),
    );
    expect(await values(gradients[0] as Tensor)).toEqual([4, 4]);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(6_000 * 24)), [6_000, 24]);
    const [gamma, beta] = [tensor(new Float32Array(noise(24, 2))), tensor(new Float32Array(24))];
    const [one, ...others] = await withThreads(async () => {
      const [mean, variance] = statistics(24, 'float32');
      const { value, gradients } = pullback(
        'test',
        () => batchNorm(x, gamma, beta, mean, variance, { training: true }),
        [x, gamma],
        () => tensor(new Float32Array(noise(6_000 * 24, 4)), [6_000, 24]),
      );
      return Promise.all([value, ...gradients, mean, variance].map(values));
    });
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const [mean, variance] = statistics(2, 'float32');
    const two = tensor([1, 1]);
    const call =
      (x: Tensor, options: BatchNormOptions, gamma = two) =>
      () =>
        batchNorm(x, gamma, two, mean, variance, options);
    const x = tensor(new Float32Array(8), [4, 2]);
    expect(call(x, { training: true }, tensor([1, 2, 3]))).toThrow('batchNorm: gamma must have shape [2], but has [3]');
    expect(call(tensor(new Float64Array(8), [4, 2]), { training: true })).toThrow(
      'batchNorm: gamma is float32, but x is float64',
    );
    expect(call(tensor([[1, 2]]), { training: true })).toThrow(
      'batchNorm: training needs at least two values per channel, but x has shape [1, 2]',
    );
    expect(call(x, { training: true, momentum: 1.5 })).toThrow(
      'batchNorm: momentum must be a finite number from 0 to 1, but received 1.5',
    );
    expect(call(x, { training: true, decay: 1 } as never)).toThrow("batchNorm: unknown option 'decay'");
    expect(call(x, {} as never)).toThrow('batchNorm: training must be true or false, but received undefined');
    expect(call(tensor(new Float32Array(0), [4, 0]), { training: true })).toThrow(
      'batchNorm: x must have shape [..., channels], but has [4, 0]',
    );
    expect(() => batchNorm(x, two, two, two, two, { training: true })).toThrow('must be parameters in training');
  });
});
