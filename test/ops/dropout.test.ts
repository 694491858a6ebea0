import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { dropout } from '../../lib/ops/dropout.js';
import { Random } from '../../lib/tensor/random.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { lengths, noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

describe('dropout', () => {
  it.each(['float32', 'float64'] as const)(
    'drops where the uniform numbers are below the rate, in %s',
    async (dtype) => {
      for (const length of [...lengths, 127, 128, 129, 70_001]) {
        const x = tensor([...noise(length)], [length], dtype);
        const random = new Random(7, 5);
        const draws = new Random(7, 5);
        for (const rate of [0.5, 0.1]) {
          const y = await values(dropout(x, { rate, random }));
          const uniforms = Array.from({ length: 4 * Math.ceil(length / 4) }, () => draws.uniform());
          const scale = dtype === 'float32' ? Math.fround(1 / (1 - rate)) : 1 / (1 - rate);
          const round = dtype === 'float32' ? Math.fround : (v: number) => v;
          expect(y).toEqual((await values(x)).map((v, i) => ((uniforms[i] as number) < rate ? 0 : round(v * scale))));
        }
        expect(random.state).toEqual(draws.state);
      }
    },
  );

  it('continues far along streams and blocks beyond 2³²', async () => {
    const state = { key: [0xffffffff, 0x80000001] as const, stream: 2 ** 40 + 3, position: 4 * (2 ** 32 - 2) };
    const [random, draws] = [new Random(0), new Random(0)];
    random.state = state;
    draws.state = state;
    const y = await values(dropout(tensor(new Float32Array(64).fill(1)), { rate: 0.5, random }));
    expect(y).toEqual(Array.from({ length: 64 }, () => (draws.uniform() < 0.5 ? 0 : 2)));
  });

  it('keeps the expectation and drops the share asked for', async () => {
    const y = await values(dropout(tensor(new Float32Array(200_000).fill(1)), { rate: 0.3, random: new Random(1) }));
    expect(y.filter((v) => v === 0).length / y.length).toBeCloseTo(0.3, 2);
    expect(y.reduce((a, b) => a + b, 0) / y.length).toBeCloseTo(1, 2);
  });

  it('has the gradient that differences give: the same mask', async () => {
    for (const length of lengths)
      await checkGradient((x) => dropout(x, { rate: 0.4, random: new Random(3) }), [tensor(noise(length))]);
    const x = tensor(new Float32Array(1000).fill(1));
    const { value, gradients } = pullback(
      'test',
      () => dropout(x, { rate: 0.5, random: new Random(9) }),
      [x],
      () => x,
    );
    expect(await values(gradients[0] as Tensor)).toEqual(await values(value));
  });

  it('is the identity at rate 0, without a copy or a draw', () => {
    const x = tensor([1, 2, 3]);
    const random = new Random(1);
    expect(dropout(x, { rate: 0, random })).toBe(x);
    expect(random.state.position).toBe(0);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(300_000)));
    const [one, ...others] = await withThreads(() => values(dropout(x, { rate: 0.5, random: new Random(1) })));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const random = new Random(1);
    expect(() => dropout(tensor([1]), { rate: 1, random })).toThrow('dropout: rate must be below 1, but received 1');
    expect(() => dropout(tensor([1]), { rate: -0.1, random })).toThrow(
      'dropout: rate must be a finite number from 0 to 1, but received -0.1',
    );
    expect(() => dropout(tensor([1]), { rate: 0.5 } as never)).toThrow(
      'dropout: random must be a Random, but received undefined',
    );
    expect(() => dropout(tensor(new Int32Array(1)), { rate: 0.5, random })).toThrow(
      'dropout: x must be float32, float64 or bfloat16, but is int32',
    );
  });
});
