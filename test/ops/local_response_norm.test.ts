import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { localResponseNorm } from '../../lib/ops/local_response_norm.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { expectClose, random } from '../support/operators.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

function reference(x: readonly number[], channels: number, size: number, alpha: number, beta: number, bias: number) {
  return x.map((value, at) => {
    const c = at % channels;
    let squares = 0;
    for (let d = 0; d < size; d++) {
      const other = c - Math.floor(size / 2) + d;
      if (other >= 0 && other < channels) squares += (x[at - c + other] as number) ** 2;
    }
    return value / (bias + alpha * squares) ** beta;
  });
}

const cases = [1, 2, 3, 7, 16, 17, 33, 64, 96].flatMap((channels) => [
  [channels, 5, 0.75] as const,
  [channels, 4, 0.5] as const,
  [channels, 1, 1.3] as const,
  [channels, 11, 0.75] as const,
]);

describe('localResponseNorm', () => {
  it.each(cases)('is the formula: %i channels, size %i, beta %d', async (channels, size, beta) => {
    for (const [dtype, tolerance] of [
      ['float32', 1e-5],
      ['float64', 1e-13],
    ] as const) {
      const x = random([2, 3, 2, channels], dtype);
      const expected = reference(await values(x), channels, size, 0.7, beta, 1.5);
      await expectClose(localResponseNorm(x, { size, alpha: 0.7, beta, bias: 1.5 }), expected, tolerance);
    }
  });

  it.each(cases)(
    'has the gradient that differences give: %i channels, size %i, beta %d',
    async (channels, size, beta) => {
      await checkGradient(
        (x) => localResponseNorm(x, { size, alpha: 0.7, beta, bias: 1.5 }),
        [random([2, 3, channels])],
      );
    },
  );

  it('agrees with the worked values of both alpha conventions', async () => {
    const a = tensor([1, 2, 3, 4, 5], [1, 5], 'float64');
    const paper = [0.594292, 1.187871, 1.78014, 2.373609, 2.967456];
    await expectClose(localResponseNorm(a), paper, 5e-7);
    await expectClose(localResponseNorm(a, { alpha: 5e-4, bias: 2, alphaConvention: 'divided' }), paper, 5e-7);
    const torch = [0.99979, 1.9991, 2.997527, 3.996763, 4.996253];
    await expectClose(localResponseNorm(a, { bias: 1, alphaConvention: 'divided' }), torch, 5e-7);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = random([4, 30, 30, 24], 'float32');
    const [one, ...others] = await withThreads(() => values(localResponseNorm(x)));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = random([2, 3]);
    expect(() => localResponseNorm(x, { size: 0 })).toThrow('localResponseNorm: size must be a positive integer');
    expect(() => localResponseNorm(x, { bias: 0 })).toThrow('localResponseNorm: bias must be greater than 0');
    expect(() => localResponseNorm(x, { alphaConvention: 'torch' as never })).toThrow(
      "localResponseNorm: alphaConvention must be one of 'plain', 'divided', but received 'torch'",
    );
    expect(() => localResponseNorm(x, { k: 2 } as never)).toThrow("localResponseNorm: unknown option 'k'");
    expect(() => localResponseNorm(tensor(1))).toThrow('localResponseNorm: x must have channels on its last axis');
  });
});
