// The tests of ops that drop whole slices of a tensor at random: one uniform number per slice.
import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { Random } from '../../lib/tensor/random.js';
import { ones, type Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint } from './operators.js';
import { noise, values } from './tensors.js';

type Drop = (x: Tensor, options: { rate: number; random: Random }) => Tensor;

interface Slices {
  /** What is dropped: `'channels'`. */
  readonly of: string;
  readonly count: (batch: number, channels: number) => number;
  /** The slice that an element of sample n and channel c belongs to. */
  readonly index: (n: number, c: number, channels: number) => number;
  /** How far the mean of 100 samples of ones with 100 channels may be from 1. */
  readonly deviation: number;
  /** An input of too few axes, and how the message about it ends. */
  readonly tooFew: readonly [Tensor, string];
}

/** Declares the tests of a dropping op `name`: values, expectation, gradients, identity, errors. */
export function checkGradientAndDropping(name: string, drop: Drop, slices: Slices): void {
  it.each(['float32', 'float64'] as const)(
    `drops ${slices.of} where the uniform numbers are below the rate, in %s`,
    async (dtype) => {
      for (const [batch, pixels, channels] of [
        [3, 4, 5],
        [1, 9, 16],
        [7, 1, 33],
        [64, 6, 2],
      ] as const) {
        const x = tensor([...noise(batch * pixels * channels)], [batch, pixels, channels], dtype);
        const [random, draws] = [new Random(7, 5), new Random(7, 5)];
        const y = await values(drop(x, { rate: 0.4, random }));
        const uniforms = Array.from({ length: slices.count(batch, channels) }, () => draws.uniform());
        const round = dtype === 'float32' ? Math.fround : (v: number) => v;
        const expected = (await values(x)).map((v, i) => {
          const slice = slices.index(Math.floor(i / (pixels * channels)), i % channels, channels);
          return (uniforms[slice] as number) < 0.4 ? v * 0 : round(v * round(1 / 0.6));
        });
        expect(y).toEqual(expected);
      }
    },
  );

  it('keeps the expectation', async () => {
    const y = await values(drop(ones([100, 2, 100]), { rate: 0.25, random: new Random(1) }));
    expect(Math.abs(y.reduce((a, b) => a + b, 0) / y.length - 1)).toBeLessThan(slices.deviation);
  });

  it('has the gradient that differences give, which is its adjoint: the same mask', async () => {
    const masked = (x: Tensor) => drop(x, { rate: 0.4, random: new Random(3) });
    for (const channels of [1, 4, 17]) {
      await checkGradient(masked, [tensor(noise(12 * channels), [4, 3, channels])]);
      await expectAdjoint(masked, [8, 2, channels]);
    }
  });

  it('is the identity at rate 0, without a copy or a draw', () => {
    const [x, random] = [zeros([2, 3]), new Random(1)];
    expect(drop(x, { rate: 0, random })).toBe(x);
    expect(random.state.position).toBe(0);
  });

  const [x, random] = [zeros([2, 3]), new Random(1)];
  it.each<[object, string]>([
    [{ rate: 1, random }, 'rate must be below 1, but received 1'],
    [{ rate: -0.1, random }, 'rate must be a finite number from 0 to 1, but received -0.1'],
    [{ rate: 0.5 }, 'random must be a Random, but received undefined'],
    [{ rate: 0.5, random, seed: 1 }, "unknown option 'seed'; it takes rate, random"],
  ])('rejects options that do not fit %#', (options, message) => {
    expect(() => drop(x, options as never)).toThrow(`${name}: ${message}`);
  });

  it('rejects inputs that do not fit', () => {
    const options = { rate: 0.5, random };
    const [few, message] = slices.tooFew;
    expect(() => drop(few, options)).toThrow(`${name}: x must have axes ${message}`);
    expect(() => drop(zeros([2, 3], 'int32'), options)).toThrow(
      `${name}: x must be float32, float64 or bfloat16, but is int32`,
    );
  });
}
