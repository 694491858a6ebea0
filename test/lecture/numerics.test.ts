// The numerical facts and conventions of the field, as worked numbers.
import { describe, expect, it } from 'vitest';
import {
  initializers,
  layers,
  losses,
  ops,
  optimizers,
  Parameter,
  Random,
  resolvePadding,
  sequential,
  type Tensor,
  tensor,
  valueAndGradients,
} from '../../lib/index.js';
import { values } from '../support/tensors.js';
import { constant, counting, gradientsOf, inner, numbers } from './helpers.js';

const float64 = (data: number[], shape: number[] = [data.length]) => tensor(data, shape, 'float64');

async function expectClose(actual: Tensor, expected: readonly number[], digits = 6): Promise<void> {
  const found = await values(actual);
  expect(found.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, digits);
}

function statistics(channels: number): [Parameter, Parameter] {
  const [mean, variance] = ['mean', 'variance'].map(
    (name) => new Parameter(name, [channels], { dtype: 'float64', trainable: false }),
  ) as [Parameter, Parameter];
  mean.assign(new Float64Array(channels));
  variance.assign(new Float64Array(channels).fill(1));
  return [mean, variance];
}

describe('gradients', () => {
  it('batch norm: dβ = Σ dy, dγ = Σ dy·x̂, and dx sums to 0, with x̂ too', async () => {
    const [x, dy] = [numbers([4, 3, 5, 1], 1), numbers([4, 3, 5, 1], 2)];
    const [gamma, beta] = [float64([1.5]), float64([0.5])];
    const normalized = (g: Tensor, b: Tensor) =>
      ops.batchNorm(x, g, b, ...statistics(1), { training: true, momentum: 0.1, epsilon: 0 });
    const [dx, dGamma, dBeta] = gradientsOf(() => normalized(gamma, beta), dy, [x, gamma, beta]) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const xHat = normalized(float64([1]), float64([0]));
    expect(await ops.sum(dx).item()).toBeCloseTo(0, 12);
    expect(await inner(dx, xHat)).toBeCloseTo(0, 12);
    expect(await dBeta.item()).toBeCloseTo(await ops.sum(dy).item(), 12);
    expect(await dGamma.item()).toBeCloseTo(await inner(dy, xHat), 12);
  });

  it('the bias of a convolution before batch norm has gradient 0', async () => {
    const model = sequential({
      inputShape: [6, 6, 2],
      layers: [layers.conv2d({ filters: 3, kernelSize: 3 }), layers.batchNorm(), layers.activation('tanh')],
      dtype: 'float64',
    });
    const [filter, bias] = [model.parameter('0.filter'), model.parameter('0.bias')];
    const [dFilter, dBias] = gradientsOf(
      () => model.forward(numbers([4, 6, 6, 2], 1), { training: true }),
      numbers([4, 4, 4, 3], 2),
      [filter, bias],
    ) as [Tensor, Tensor];
    await expectClose(dBias, [0, 0, 0], 12);
    expect(await ops.sum(ops.abs(dFilter)).item()).toBeGreaterThan(0.1);
  });

  it('LogSumExp subtracts the maximum: logits (1000, 0) give 0 and 1000', async () => {
    const logits = float64([1000, 0], [1, 2]);
    const loss = (label: number) => losses.softmaxCrossEntropy(logits, tensor(new Int32Array([label])));
    expect(await loss(0).item()).toBe(0);
    expect(await loss(1).item()).toBe(1000);
  });

  it('label smoothing 0.1 turns 0.407606 into 0.507606', async () => {
    const [logits, label] = [float64([2, 1, 0], [1, 3]), tensor(new Int32Array([0]))];
    expect(await losses.softmaxCrossEntropy(logits, label).item()).toBeCloseTo(0.407606, 6);
    expect(await losses.softmaxCrossEntropy(logits, label, { labelSmoothing: 0.1 }).item()).toBeCloseTo(0.507606, 6);
  });

  it('max pooling sends the gradient to the first of equal values, and overlapping windows add', async () => {
    const x = float64([1, 1, 1, 1, 9, 1, 1, 1, 1], [1, 3, 3, 1]);
    const overlapping = () => ops.maxPool2d(x, { poolSize: 2, strides: 1 });
    expect(await values(gradientsOf(overlapping, constant([1, 2, 2, 1], 1), [x])[0] as Tensor)).toEqual([
      0, 0, 0, 0, 4, 0, 0, 0, 0,
    ]);
    const flat = constant([1, 2, 2, 1], 5);
    const pooled = () => ops.maxPool2d(flat, { poolSize: 2 });
    expect(await values(gradientsOf(pooled, constant([1, 1, 1, 1], 1), [flat])[0] as Tensor)).toEqual([1, 0, 0, 0]);
  });

  it('average pooling spreads the gradient evenly, and so does the global one', async () => {
    const x = counting([1, 2, 2, 1]);
    const one = constant([1, 1, 1, 1], 1);
    const [dx] = gradientsOf(() => ops.averagePool2d(x, { poolSize: 2 }), one, [x]) as [Tensor];
    expect(await values(dx)).toEqual([0.25, 0.25, 0.25, 0.25]);
    const { gradients } = valueAndGradients(() => ops.sum(ops.globalAveragePool2d(x)), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('maxout passes the gradient to the winner, and ReLU has derivative 0 at 0', async () => {
    const x = float64([1, 3, 2], [1, 3]);
    const [dx] = gradientsOf(() => ops.maxout(x, { pieces: 3 }), float64([1], [1, 1]), [x]) as [Tensor];
    expect(await values(dx)).toEqual([0, 1, 0]);
    const zero = float64([0]);
    expect(await values(gradientsOf(() => ops.relu(zero), float64([1]), [zero])[0] as Tensor)).toEqual([0]);
  });
});

describe('normalisation', () => {
  const x = float64([1, 2, 3, 4], [4, 1]);
  const follow = async (momentum: number): Promise<number[]> => {
    const [mean, variance] = statistics(1);
    ops.batchNorm(x, float64([1]), float64([0]), mean, variance, { training: true, momentum, epsilon: 1e-5 });
    return [await mean.item(), await variance.item()];
  };

  it("the running statistics are PyTorch's: from (0, 1), with momentum 0.1, to (0.25, 1.0667)", async () => {
    const [mean, variance] = await follow(0.1);
    expect(mean).toBeCloseTo(0.25, 12);
    expect(variance).toBeCloseTo(0.9 + 0.1 * (5 / 3), 12);
  });

  it("Keras' momentum 0.99 is 0.01 here: the mean becomes 0.025, the variance the unbiased one's", async () => {
    const [mean, variance] = await follow(0.01);
    expect(mean).toBeCloseTo(0.025, 12);
    expect(variance).toBeCloseTo(0.99 + 0.01 * (5 / 3), 12);
  });

  it('the variance that normalises is the biased one: 1.25', async () => {
    const options = { training: true, momentum: 0.1, epsilon: 0 };
    const y = ops.batchNorm(x, float64([1]), float64([0]), ...statistics(1), options);
    await expectClose(
      y,
      [-1.5, -0.5, 0.5, 1.5].map((v) => v / Math.sqrt(1.25)),
      12,
    );
  });

  it('local response normalisation in both conventions of alpha', async () => {
    const a = float64([1, 2, 3, 4, 5], [1, 5]);
    await expectClose(ops.localResponseNorm(a), [0.594292, 1.187871, 1.78014, 2.373609, 2.967456]);
    const torch = { bias: 1, alphaConvention: 'divided' } as const;
    await expectClose(ops.localResponseNorm(a, torch), [0.99979, 1.9991, 2.997527, 3.996763, 4.996253]);
  });

  it('subtractive normalisation of a constant image is 0, borders included', async () => {
    await expectClose(ops.subtractiveNorm(constant([1, 4, 4, 2], 3)), Array(32).fill(0), 12);
  });
});

describe('initialisation', () => {
  const drawn = async (shape: number[], initializer: initializers.Initializer): Promise<number[]> => {
    const weight = new Parameter('weight', shape, { dtype: 'float64' });
    initializer(weight, new Random(1));
    return values(weight);
  };

  it.each<[string, initializers.Initializer, number]>([
    ['Glorot ±0.058926', initializers.glorotUniform(), 0.058926],
    ['PyTorch ±0.041667', initializers.kaimingUniform(Math.sqrt(5)), 0.041667],
    ['Caffe ±0.072169', initializers.varianceScaling({ distribution: 'uniform' }), Math.sqrt(3 / 576)],
  ])('3×3×64×128 draws evenly from %s', async (_, initializer, bound) => {
    const weights = await drawn([3, 3, 64, 128], initializer);
    const largest = Math.max(...weights.map(Math.abs).slice(0, 50_000));
    expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-5));
    expect(largest).toBeGreaterThan(bound * 0.999);
  });

  it("3×3×64×128 draws He's normal weights with deviation 0.058926", async () => {
    const weights = await drawn([3, 3, 64, 128], initializers.heNormal());
    const deviation = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
    expect(deviation / 0.058926).toBeCloseTo(1, 1.5);
  });

  it("He's initialisation keeps the squared norm through a wide layer and its ReLU", async () => {
    const width = 2048;
    const weights = new Parameter('weights', [width, width], { dtype: 'float64' });
    initializers.heNormal()(weights, new Random(1));
    const x = ops.randomNormal([1, width], { random: new Random(2), dtype: 'float64' });
    const squaredNorm = async (t: Tensor): Promise<number> => ops.sum(ops.square(t)).item();
    const before = await squaredNorm(x);
    // The ratio has mean 1 and variance 5 / width.
    const after = await squaredNorm(ops.relu(ops.matmul(x, weights)));
    expect(Math.abs(after / before - 1)).toBeLessThan(3 * Math.sqrt(5 / width));
  });

  it('fans of 3×4×3×2 are 36 and 24', () => {
    expect(initializers.fans([3, 4, 3, 2])).toEqual({ fanIn: 36, fanOut: 24 });
  });
});

describe('optimizers', () => {
  const path = async (optimizer: optimizers.Optimizer, gradient: number, steps: number): Promise<number[]> => {
    const w = new Parameter('w', [1], { dtype: 'float64' });
    w.assign(new Float64Array(1));
    const seen: number[] = [];
    for (let step = 0; step < steps; step++) {
      optimizer.step([w], [float64([gradient])]);
      seen.push(await w.item());
    }
    return seen;
  };
  const close = (actual: number[], expected: number[]) =>
    expected.forEach((value, at) => {
      expect(actual[at]).toBeCloseTo(value, 10);
    });
  const learningRate = (step: number) => [0.1, 0.1, 0.01, 0.01][step] as number;

  it("after a drop of the rate, PyTorch's momentum gives −0.35149 and Keras' −0.6439", async () => {
    const options = { learningRate, momentum: 0.9 };
    close(await path(optimizers.sgd(options), 1, 4), [-0.1, -0.29, -0.3171, -0.35149]);
    const keras = { ...options, momentumConvention: 'keras' } as const;
    close(await path(optimizers.sgd(keras), 1, 4), [-0.1, -0.29, -0.471, -0.6439]);
  });

  it("Nesterov's first step is g + μ·v", async () => {
    close(await path(optimizers.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), 1, 1), [-0.19]);
  });

  it("Adam's ε stands outside the corrected root: 9.90e-4 for g = 1e-6, 5.0e-4 for g = 1e-8", async () => {
    close(await path(optimizers.adam(), 1e-6, 1), [-1e-3 / 1.01]);
    close(await path(optimizers.adam(), 1e-8, 1), [-5e-4]);
  });
});

describe('sizes', () => {
  it('convolutions floor; pooling ceils where asked to: 112 to 55, or 56 as in GoogLeNet', () => {
    expect(resolvePadding(112, 3, 2, 1, 'valid').out).toBe(55);
    const images = constant([1, 112, 112, 1], 0);
    expect(ops.maxPool2d(images, { poolSize: 3, strides: 2 }).shape).toEqual([1, 55, 55, 1]);
    expect(ops.maxPool2d(images, { poolSize: 3, strides: 2, ceilMode: true }).shape).toEqual([1, 56, 56, 1]);
  });

  it('ceilMode drops a last window that would start in the padding after the input', () => {
    const images = constant([1, 3, 3, 1], 0);
    const options = { poolSize: 2, strides: 2, padding: 1, ceilMode: true } as const;
    expect(ops.maxPool2d(images, options).shape).toEqual([1, 2, 2, 1]);
  });

  it('a divisor never counts what ceilMode reaches beyond the input', async () => {
    const y = ops.averagePool2d(counting([1, 7, 7, 1]), { poolSize: 2, strides: 3, ceilMode: true });
    expect(await values(y)).toEqual([4, 7, 9.5, 25, 28, 30.5, 42.5, 45.5, 48]);
  });

  it("padding counts in PyTorch's divisor, not in Keras'", async () => {
    const ones = constant([1, 2, 2, 1], 1);
    const options = { poolSize: 3, strides: 1, padding: 1 } as const;
    await expectClose(ops.averagePool2d(ones, options), Array(4).fill(4 / 9), 12);
    await expectClose(ops.averagePool2d(ones, { ...options, countIncludePad: false }), [1, 1, 1, 1], 12);
  });
});

describe('traps', () => {
  it('the padding of max pooling is −∞, not 0', async () => {
    const negative = constant([1, 3, 3, 1], -2);
    const y = ops.maxPool2d(negative, { poolSize: 3, strides: 1, padding: 'same' });
    expect(await values(y)).toEqual(Array(9).fill(-2));
  });

  it('the first of equal values is the argmax', async () => {
    expect(await values(ops.argMax(float64([1, 3, 3, 2], [1, 4])))).toEqual([1]);
  });

  it('in evaluation batch norm uses its running statistics and dropout does nothing', async () => {
    const model = sequential({
      inputShape: [2],
      layers: [layers.batchNorm({ epsilon: 0 }), layers.dropout({ rate: 0.5 })],
      dtype: 'float64',
    });
    const x = numbers([3, 2], 1);
    await expectClose(model.forward(x), await values(x), 12);
  });
});
