import { describe, expect, it } from 'vitest';
import * as initializers from '../../lib/initializers/index.js';
import { symmetricEigen } from '../../lib/initializers/symmetric_eigen.js';
import { conv2d, dense } from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { ConvgradError } from '../../lib/tensor/errors.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { Random } from '../../lib/tensor/random.js';
import { noise, values } from '../support/tensors.js';

async function draw(initializer: initializers.Initializer, shape: number[]): Promise<number[]> {
  const parameter = new Parameter('w', shape, { dtype: 'float64' });
  initializer(parameter, new Random(1));
  return values(parameter);
}

const deviation = (v: number[]) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0) / v.length);
const extreme = (v: number[]) => v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe('variance scaling, kernel 3×3×64×128: fanIn 576, fanOut 1152', () => {
  const cut = 2 / 0.87962566;
  it.each<[string, initializers.Initializer, variance: number, cutAt: number]>([
    ['glorotTruncatedNormal', initializers.glorotTruncatedNormal(), 2 / 1728, cut],
    ['heTruncatedNormal', initializers.heTruncatedNormal(), 2 / 576, cut],
    ['lecunTruncatedNormal', initializers.lecunTruncatedNormal(), 1 / 576, cut],
    ["lecunUniform, Caffe's xavier", initializers.lecunUniform(), 1 / 576, Math.sqrt(3)],
    ['fanOut', initializers.varianceScaling({ mode: 'fanOut', distribution: 'uniform' }), 1 / 1152, Math.sqrt(3)],
    ['normal', initializers.varianceScaling({ scale: 3, distribution: 'normal' }), 3 / 576, 6],
  ])('%s', async (_, initializer, variance, cutAt) => {
    const drawn = await draw(initializer, [3, 3, 64, 128]);
    expect(Math.abs(deviation(drawn) / Math.sqrt(variance) - 1)).toBeLessThan(0.011);
    expect(extreme(drawn)).toBeLessThanOrEqual(cutAt * Math.sqrt(variance) * 1.0001);
  });

  it("Caffe's bound of a 3×4×3×2 kernel is ±0.28868", () => {
    expect(Math.sqrt(3 / 36)).toBeCloseTo(0.28868, 5);
  });
});

describe('dirac', () => {
  // w = torch.empty(out, in / groups, *kernel); torch.nn.init.dirac_(w, groups); print(w.permute(2, 3, 1, 0).flatten().nonzero())
  it.each<[number[], number, number[]]>([
    [[3, 3, 2, 2], 1, [16, 19]],
    [[3, 2, 2, 3], 1, [18, 22]],
    [[1, 1, 3, 2], 1, [0, 3]],
    [[3, 3, 2, 4], 2, [32, 34, 37, 39]],
    [[2, 2], 1, [0, 3]],
  ])('of %j in %i groups has its ones where PyTorch has them', async (shape, groups, ones) => {
    const drawn = await draw(initializers.dirac(groups), shape);
    expect([...drawn.keys()].filter((index) => drawn[index] !== 0)).toEqual(ones);
    expect(drawn.reduce((a, b) => a + b)).toBe(ones.length);
  });

  it('rejects what does not fit', async () => {
    expect(() => initializers.dirac(0)).toThrow('dirac: groups must be a positive integer, but received 0');
    await expect(draw(initializers.dirac(), [3])).rejects.toThrow('dirac: expected a weight of at least two axes');
    await expect(draw(initializers.dirac(2), [3, 3])).rejects.toThrow('dirac: groups must divide the 3 filters');
    expect(() => initializers.dirac('2' as never)).toThrow("but received '2'");
  });
});

describe('whitening', () => {
  const images = { data: noise(20 * 6 * 5 * 3, 4), shape: [20, 6, 5, 3] };
  // Neighbours that are alike, so that there is something to decorrelate.
  for (let i = 3; i < images.data.length; i++)
    images.data[i] =
      0.6 * (images.data[i - 3] as number) + 0.3 * (images.data[i - 1] as number) + (images.data[i] as number);

  it('makes patches of covariance 1, and the same with the other sign', async () => {
    const w = await draw(initializers.whitening(images, { epsilon: 0 }), [2, 2, 3, 24]);
    const sums = Array.from({ length: 12 }, () => new Float64Array(12));
    let patches = 0;
    for (let n = 0; n < 20; n++)
      for (let i = 0; i < 5; i++)
        for (let j = 0; j < 4; j++) {
          const y = new Float64Array(12);
          for (let k = 0; k < 12; k++) {
            const [row, column, channel] = [i + Math.floor(k / 6), j + (Math.floor(k / 3) % 2), k % 3];
            const x = images.data[((n * 6 + row) * 5 + column) * 3 + channel] as number;
            for (let f = 0; f < 12; f++) y[f] = (y[f] as number) + x * (w[k * 24 + f] as number);
          }
          for (const [a, sum] of sums.entries())
            for (let b = 0; b < 12; b++) sum[b] = (sum[b] as number) + (y[a] as number) * (y[b] as number);
          patches++;
        }
    for (const [a, sum] of sums.entries())
      for (const [b, value] of sum.entries()) expect(value / patches).toBeCloseTo(a === b ? 1 : 0, 9);
    for (let k = 0; k < 12; k++)
      for (let f = 0; f < 12; f++) expect(w[k * 24 + 12 + f]).toBe(-(w[k * 24 + f] as number));
  });

  it('rejects what does not fit', async () => {
    const { whitening } = initializers;
    expect(() => whitening({ data: [1, 2], shape: [1, 1, 1, 3] })).toThrow(ConvgradError);
    expect(() => whitening(5 as never)).toThrow('whitening: images must have data and shape, but received 5');
    expect(() => whitening(images, { epsilon: -1 })).toThrow(
      'whitening: epsilon must be a finite number of at least 0',
    );
    expect(() => whitening(images, { eps: 1 } as never)).toThrow("whitening: unknown option 'eps'");
    await expect(draw(whitening(images), [2, 2, 1, 4])).rejects.toThrow('does not fit images [20, 6, 5, 3]');
    await expect(draw(whitening(images), [2, 2, 3, 25])).rejects.toThrow('can have at most 24 filters');
    await expect(draw(whitening(images), [12, 10])).rejects.toThrow(
      'expected a filter [height, width, inputs, filters]',
    );
  });
});

it('symmetricEigen finds eigenpairs, the largest first', () => {
  // torch.linalg.eigvalsh(torch.tensor([[2., 1, 0], [1, 3, 1], [0, 1, 4]])): 1.267949192431123, 3.0, 4.732050807568877
  const matrix = [
    [2, 1, 0],
    [1, 3, 1],
    [0, 1, 4],
  ];
  const pairs = symmetricEigen(matrix);
  for (const [index, value] of [4.732050807568877, 3, 1.267949192431123].entries()) {
    const pair = pairs[index];
    expect(pair?.value).toBeCloseTo(value, 12);
    for (const [row, numbers] of matrix.entries()) {
      const product = numbers.reduce((sum, a, k) => sum + a * (pair?.vector[k] as number), 0);
      expect(product).toBeCloseTo(value * (pair?.vector[row] as number), 12);
    }
  }
});

it("Keras' defaults can be spread into layers: Glorot's bound, biases of zero", async () => {
  const { keras } = initializers;
  const model = sequential({
    inputShape: [8, 8, 3],
    layers: [conv2d({ filters: 2, kernelSize: [3, 4], ...keras.conv })],
  });
  const [filter, bias] = await Promise.all(model.parameters.map(values));
  expect(extreme(filter as number[])).toBeLessThanOrEqual(0.31623);
  expect(bias).toEqual([0, 0]);
  expect(dense({ units: 2, ...keras.dense }).units).toBe(2);
});

it('varianceScaling checks its options', () => {
  const { varianceScaling } = initializers;
  expect(() => varianceScaling({ scale: -1 })).toThrow('varianceScaling: scale must be a finite number of at least 0');
  expect(() => varianceScaling({ mode: 'fan_in' as never })).toThrow(
    "mode must be one of 'fanIn', 'fanOut', 'fanAverage'",
  );
  expect(() => varianceScaling({ distribution: 'gauss' as never })).toThrow('distribution must be one of');
  expect(() => varianceScaling({ gain: 1 } as never)).toThrow("varianceScaling: unknown option 'gain'");
});
