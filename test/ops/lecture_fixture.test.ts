// The lecture's multichannel example: x ∈ R^{7×7×3}, k ∈ R^{3×4×3×2}, all integers, so every algorithm must agree bit for bit.
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { setThreads, systemInfo } from '../../lib/native.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { ones, tensor } from '../../lib/tensor/tensor.js';

const x = Float32Array.from({ length: 147 }, (_, n) => ((7 * n) % 11) - 5);
const k = Float32Array.from({ length: 72 }, (_, n) => ((3 * n) % 7) - 3);

/** Sums of an array whose innermost axis has `channels` entries, one per channel. */
const perChannel = (data: ArrayLike<number>, channels: number) =>
  Array.from({ length: channels }, (_, c) =>
    Array.from(data).reduce((sum, v, at) => (at % channels === c ? sum + v : sum), 0),
  );

describe.each(['float32', 'float64'] as const)('the 7×7×3 ⋆ 3×4×3×2 example in %s', (dtype) => {
  const input = () => tensor([...x], [1, 7, 7, 3], dtype);
  const filter = () => tensor([...k], [3, 4, 3, 2], dtype);

  it('gives the 5×4×2 output of the definition', async () => {
    const output = conv2d(input(), filter());
    expect(output.shape).toEqual([1, 5, 4, 2]);
    const y = await output.data();
    expect(Array.from(y.slice(0, 2))).toEqual([58, -56]);
    expect(Array.from(y.slice(-2))).toEqual([19, -56]);
    expect(perChannel(y, 2)).toEqual([-33, 2]);
    expect(Array.from(y).reduce((sum, v) => sum + v * v, 0)).toBe(31173);
  });

  it.each([1, 2, 3, 8])('gives activations and gradients exactly with %i threads', async (threads) => {
    setThreads(threads);
    const wrt = [input(), filter(), tensor([1, -2], [2], dtype)] as const;
    const { value, gradients } = pullback(
      'test',
      () => conv2d(wrt[0], wrt[1], { bias: wrt[2], activation: 'relu' }),
      wrt,
      (z) => ones(z.shape, dtype),
    );
    setThreads(systemInfo().availableCpus);
    const [z, dx, dk, db] = (await Promise.all([value, ...gradients].map(async (t) => Array.from(await t.data())))) as [
      number[],
      number[],
      number[],
      number[],
    ];
    expect(perChannel(z, 2)).toEqual([199, 200]);
    expect(
      perChannel(
        z.map((v) => (v > 0 ? 1 : 0)),
        2,
      ),
    ).toEqual([8, 14]);
    expect(z.slice(0, 2)).toEqual([59, 0]);
    expect(z.slice((2 * 4 + 1) * 2, (2 * 4 + 1) * 2 + 2)).toEqual([5, 0]);
    expect(db).toEqual([8, 14]);
    expect(perChannel(dk, 2)).toEqual([-4, 0]);
    expect(dk.slice(0, 2)).toEqual([-15, 10]);
    expect(dk.slice(-2)).toEqual([5, -10]);
    expect(perChannel(dx, 3)).toEqual([-52, -8, 36]);
    expect(dx.slice(0, 3)).toEqual([-3, 3, 2]);
    expect(dx.slice((3 * 7 + 3) * 3, (3 * 7 + 3) * 3 + 3)).toEqual([-8, -7, 8]);
  });
});

it.each([
  ['on the right (SAME)', 'same', [-9, -28], [42, -407], [-3482, -4483]],
  ['on the left', 'sameLower', [-47, -26], [-126, -379], [-5713, -4174]],
] as const)('pads the odd column of p_h = 2, p_w = 3 %s', async (_, padding, first, last, sums) => {
  const input = tensor(
    Float32Array.from({ length: 147 }, (_, n) => n),
    [1, 7, 7, 3],
  );
  const filter = tensor(
    Float32Array.from({ length: 72 }, (_, n) => (n % 5) - 2),
    [3, 4, 3, 2],
  );
  const y = await conv2d(input, filter, { padding: padding === 'same' ? padding : { h: [1, 1], w: [2, 1] } }).data();
  expect([Array.from(y.slice(0, 2)), Array.from(y.slice(-2)), perChannel(y, 2)]).toEqual([first, last, sums]);
});
