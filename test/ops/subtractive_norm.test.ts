import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type SubtractiveNormOptions, subtractiveNorm } from '../../lib/ops/subtractive_norm.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { expectAdjoint, expectClose, random, size } from '../support/operators.js';
import { values } from '../support/tensors.js';

type Image = readonly [number, number, number, number];

function reference(
  x: readonly number[],
  [batch, height, width, channels]: Image,
  weights: number[][],
  across: boolean,
) {
  const [rows, columns] = [weights.length, (weights[0] as number[]).length];
  const y: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++)
        for (let c = 0; c < channels; c++) {
          let [sum, inside] = [0, 0];
          for (let m = 0; m < rows; m++)
            for (let n = 0; n < columns; n++) {
              const [row, column] = [i + m - (rows - 1) / 2, j + n - (columns - 1) / 2];
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              const weight = weights[m]?.[n] as number;
              for (let d = across ? 0 : c; d < (across ? channels : c + 1); d++) {
                sum += weight * (x[((b * height + row) * width + column) * channels + d] as number);
                inside += weight;
              }
            }
          y.push((x[((b * height + i) * width + j) * channels + c] as number) - sum / inside);
        }
  return y;
}

const binomial = [
  [1 / 16, 2 / 16, 1 / 16],
  [2 / 16, 4 / 16, 2 / 16],
  [1 / 16, 2 / 16, 1 / 16],
];
const uniform = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(1 / (rows * columns)));

const cases: (readonly [Image, SubtractiveNormOptions, number[][]])[] = [1, 3, 16].flatMap((channels) =>
  [false, true].flatMap((acrossChannels) => [
    [[2, 5, 6, channels], { acrossChannels }, uniform(3, 3)] as const,
    [[1, 4, 7, channels], { acrossChannels, windowSize: [1, 5] }, uniform(1, 5)] as const,
    [[1, 5, 4, channels], { acrossChannels, weights: binomial }, binomial] as const,
  ]),
);

describe('subtractiveNorm', () => {
  it.each(cases)('subtracts the mean of the neighbours inside the image: %j %j', async (shape, options, weights) => {
    for (const [dtype, tolerance] of [
      ['float32', 1e-5],
      ['float64', 1e-13],
    ] as const) {
      const x = random(shape, dtype);
      const expected = reference(await values(x), shape, weights, options.acrossChannels ?? false);
      await expectClose(subtractiveNorm(x, options), expected, tolerance);
    }
  });

  it.each(cases)('is linear, and its gradient the transpose: %j %j', async (shape, options) => {
    await expectAdjoint((x) => subtractiveNorm(x, options), shape);
    await checkGradient((x) => subtractiveNorm(x, options), [random(shape)]);
  });

  it('makes nothing of a constant image', async () => {
    for (const options of [{}, { weights: binomial }, { acrossChannels: true }]) {
      const shape = [1, 6, 5, 3];
      const y = subtractiveNorm(tensor(new Float64Array(size(shape)).fill(7), shape), options);
      await expectClose(y, new Array(size(shape)).fill(0), 1e-14);
    }
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 4, 2]);
    expect(() => subtractiveNorm(x, { windowSize: 2 })).toThrow(
      'subtractiveNorm: windowSize must be odd, but received 2',
    );
    expect(() => subtractiveNorm(x, { weights: [[0.5, 0.5]] })).toThrow('subtractiveNorm: weights must be rows of');
    expect(() => subtractiveNorm(x, { weights: [[0.5, 0, 0.5]] })).toThrow('the weight in the middle must not be 0');
    expect(() => subtractiveNorm(x, { windowSize: 3, weights: [[1]] })).toThrow('give either windowSize or weights');
    expect(() => subtractiveNorm(random([4, 4]))).toThrow('subtractiveNorm: x must have 4 axes');
  });
});
