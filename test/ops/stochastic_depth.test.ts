import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { stochasticDepth } from '../../lib/ops/stochastic_depth.js';
import { Random } from '../../lib/tensor/random.js';
import { ones, tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint } from '../support/operators.js';
import { noise, values } from '../support/tensors.js';

describe('stochasticDepth', () => {
  it.each(['float32', 'float64'] as const)(
    'drops samples where the uniform numbers are below the rate, in %s',
    async (dtype) => {
      for (const [batch, pixels, channels] of [
        [3, 4, 5],
        [1, 9, 16],
        [7, 1, 33],
        [64, 6, 2],
      ] as const) {
        const x = tensor([...noise(batch * pixels * channels)], [batch, pixels, channels], dtype);
        const [random, draws] = [new Random(7, 5), new Random(7, 5)];
        const y = await values(stochasticDepth(x, { rate: 0.4, random }));
        const uniforms = Array.from({ length: batch }, () => draws.uniform());
        const round = dtype === 'float32' ? Math.fround : (v: number) => v;
        const expected = (await values(x)).map((v, i) => {
          const n = Math.floor(i / (pixels * channels));
          return (uniforms[n] as number) < 0.4 ? v * 0 : round(v * round(1 / 0.6));
        });
        expect(y).toEqual(expected);
      }
    },
  );

  it('keeps the expectation', async () => {
    const y = await values(stochasticDepth(ones([100, 2, 100]), { rate: 0.25, random: new Random(1) }));
    expect(Math.abs(y.reduce((a, b) => a + b, 0) / y.length - 1)).toBeLessThan(0.2);
  });

  it('has the gradient that differences give, which is its adjoint: the same mask', async () => {
    const drop = (x: Parameters<typeof stochasticDepth>[0]) => stochasticDepth(x, { rate: 0.4, random: new Random(3) });
    for (const channels of [1, 4, 17]) {
      await checkGradient(drop, [tensor(noise(12 * channels), [4, 3, channels])]);
      await expectAdjoint(drop, [8, 2, channels]);
    }
  });

  it('is the identity at rate 0, without a copy or a draw', () => {
    const [x, random] = [zeros([2, 3]), new Random(1)];
    expect(stochasticDepth(x, { rate: 0, random })).toBe(x);
    expect(random.state.position).toBe(0);
  });

  it('rejects what does not fit', () => {
    const [x, random] = [zeros([2, 3]), new Random(1)];
    expect(() => stochasticDepth(x, { rate: 1, random })).toThrow(
      'stochasticDepth: rate must be below 1, but received 1',
    );
    expect(() => stochasticDepth(x, { rate: -0.1, random })).toThrow(
      'stochasticDepth: rate must be a finite number from 0 to 1, but received -0.1',
    );
    expect(() => stochasticDepth(x, { rate: 0.5 } as never)).toThrow(
      'stochasticDepth: random must be a Random, but received undefined',
    );
    expect(() => stochasticDepth(x, { rate: 0.5, random, seed: 1 } as never)).toThrow(
      "stochasticDepth: unknown option 'seed'; it takes rate, random",
    );
    expect(() => stochasticDepth(zeros([2, 3], 'int32'), { rate: 0.5, random })).toThrow(
      'stochasticDepth: x must be float32 or float64, but is int32',
    );
    expect(() => stochasticDepth(zeros([]), { rate: 0.5, random })).toThrow(
      'stochasticDepth: x must have axes [batch, ...], but is a scalar',
    );
  });
});
