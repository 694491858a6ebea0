import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { type Padding, resolvePadding, window2d } from '../../lib/tensor/padding.js';

/** Counts windows one by one: the definition, not the formula. */
function sweep(input: number, kernel: number, stride: number, dilation: number, before: number, after: number) {
  const end = input + after;
  let out = 0;
  let lastRead = -before - 1;
  for (let start = -before; start + dilation * (kernel - 1) < end; start += stride) {
    out += 1;
    lastRead = start + dilation * (kernel - 1);
  }
  return { out, unread: end - 1 - lastRead };
}

function* geometries() {
  for (let i = 1; i <= 64; i += 1)
    for (let k = 1; k <= 7; k += 1)
      for (let s = 1; s <= 5; s += 1) for (let d = 1; d <= 2; d += 1) yield { i, k, s, d, e: d * (k - 1) + 1 };
}

describe('resolvePadding', () => {
  it('S36: out = floor((i + p - k) / s) + 1, exhaustively, trailing (i + p - k) mod s inputs unread', () => {
    for (const { i, k, s, d, e } of geometries()) {
      for (let total = 0; total <= 2 * k; total += 1) {
        if (i + total < e) {
          expect(() => resolvePadding(i, k, s, d, { total })).toThrow(ShapeError);
          continue;
        }
        const resolved = resolvePadding(i, k, s, d, { total });
        const { before, after } = resolved;
        const counted = sweep(i, k, s, d, before, after);
        if (
          before + after !== total ||
          before !== Math.floor(total / 2) ||
          resolved.out !== counted.out ||
          resolved.unread !== counted.unread
        ) {
          expect.fail(`i=${i} k=${k} s=${s} d=${d} total=${total}: ${JSON.stringify({ resolved, counted })}`);
        }
      }
    }
  });

  it("fact 1: the lecture's SAME (total k-1) and TensorFlow's SAME always give the size ceil(i/s)", () => {
    for (const { i, k, s, d } of geometries()) {
      const sizes = [{ same: 'total' } as const, 'same' as const, 'sameLower' as const, 'causal' as const].map(
        (p) => resolvePadding(i, k, s, d, p).out,
      );
      if (sizes.some((out) => out !== Math.ceil(i / s))) expect.fail(`i=${i} k=${k} s=${s} d=${d}: ${sizes}`);
    }
  });

  it("fact 2: TensorFlow's total is max(e-1 - ((i-1) mod s), 0), an odd zero after; SAME_LOWER mirrors it", () => {
    for (const { i, k, s, d, e } of geometries()) {
      const total = Math.max(e - 1 - ((i - 1) % s), 0);
      const upper = resolvePadding(i, k, s, d, 'same');
      const lower = resolvePadding(i, k, s, d, 'sameLower');
      if (upper.before !== Math.floor(total / 2) || upper.after !== Math.ceil(total / 2))
        expect.fail(`i=${i} k=${k} s=${s} d=${d}: ${JSON.stringify(upper)}`);
      if (lower.before !== upper.after || lower.after !== upper.before)
        expect.fail(`i=${i} k=${k} s=${s} d=${d}: ${JSON.stringify(lower)}`);
    }
  });

  it('valid, full, causal, per side and explicit agree with counting windows', () => {
    for (const { i, k, s, d, e } of geometries()) {
      const cases: [Padding, number, number][] = [
        ['valid', 0, 0],
        ['full', e - 1, e - 1],
        ['causal', e - 1, 0],
        [2, 2, 2],
        [[1, 3], 1, 1],
        [{ h: [3, 1], w: [0, 0] }, 3, 1],
      ];
      for (const [padding, before, after] of cases) {
        if (i + before + after < e) continue;
        const resolved = resolvePadding(i, k, s, d, padding);
        const counted = sweep(i, k, s, d, before, after);
        if (JSON.stringify(resolved) !== JSON.stringify({ before, after, ...counted })) {
          expect.fail(
            `i=${i} k=${k} s=${s} d=${d} ${JSON.stringify(padding)}: ${JSON.stringify({ resolved, counted })}`,
          );
        }
      }
    }
  });

  it('S33: with stride 1 the total k-1 keeps the size; S11, S12: valid gives i-k+1, equal to i only for k = 1', () => {
    for (const { i, k, d, e } of geometries()) {
      expect(resolvePadding(i, k, 1, d, { same: 'total' }).out).toBe(i);
      if (e <= i) expect(resolvePadding(i, k, 1, d, 'valid').out).toBe(i - e + 1);
    }
  });

  // [i, k, s, out SAME, TF before, TF after, lecture total, out with k//2 per side, out valid]
  it.each([
    [7, 3, 1, 7, 1, 1, 2, 7, 5],
    [7, 4, 1, 7, 1, 2, 3, 8, 4],
    [28, 5, 2, 14, 1, 2, 4, 14, 12],
    [32, 3, 2, 16, 0, 1, 2, 16, 15],
    [55, 3, 2, 28, 1, 1, 2, 28, 27],
    [112, 3, 2, 56, 0, 1, 2, 56, 55],
    [224, 3, 2, 112, 0, 1, 2, 112, 111],
    [224, 7, 2, 112, 2, 3, 6, 112, 109],
    [54, 2, 2, 27, 0, 0, 1, 28, 27],
    [27, 2, 2, 14, 0, 1, 1, 14, 13],
    [27, 2, 1, 27, 0, 1, 1, 28, 26],
    [13, 6, 5, 3, 1, 2, 5, 3, 2],
    [10, 1, 2, 5, 0, 0, 0, 5, 5],
    [9, 3, 3, 3, 0, 0, 2, 3, 3],
  ])('worked sizes: i=%i k=%i s=%i', (i, k, s, same, before, after, total, perSide, valid) => {
    expect(resolvePadding(i, k, s, 1, 'same')).toMatchObject({ out: same, before, after });
    const lecture = resolvePadding(i, k, s, 1, { same: 'total' });
    expect([lecture.before + lecture.after, lecture.out]).toEqual([total, same]);
    expect(resolvePadding(i, k, s, 1, Math.floor(k / 2)).out).toBe(perSide);
    expect(resolvePadding(i, k, s, 1, 'valid').out).toBe(valid);
  });

  it("S37: the lecture's last example, 7x6 with a 3x3 kernel and stride 2, is 4x3 under every SAME with different windows", () => {
    expect(resolvePadding(7, 3, 2, 1, 'same')).toEqual({ before: 1, after: 1, out: 4, unread: 0 });
    expect(resolvePadding(6, 3, 2, 1, 'same')).toEqual({ before: 0, after: 1, out: 3, unread: 0 });
    expect(resolvePadding(6, 3, 2, 1, 'sameLower')).toEqual({ before: 1, after: 0, out: 3, unread: 0 });
    expect(resolvePadding(6, 3, 2, 1, 1)).toEqual({ before: 1, after: 1, out: 3, unread: 1 });
    expect(resolvePadding(6, 3, 2, 1, { same: 'total' })).toEqual({ before: 1, after: 1, out: 3, unread: 1 });
  });

  it('S34: p_h = 2, p_w = 3 keeps 7x7 under the 3x4 kernel', () => {
    const { height, width } = window2d('conv2d', 7, 7, {
      kernelSize: [3, 4],
      strides: 1,
      dilations: 1,
      padding: { total: [2, 3] },
    });
    expect(height).toEqual({ input: 7, kernel: 3, stride: 1, dilation: 1, before: 1, after: 1, out: 7, unread: 0 });
    expect(width).toEqual({ input: 7, kernel: 4, stride: 1, dilation: 1, before: 1, after: 2, out: 7, unread: 0 });
  });

  it('takes the axis of a per-axis padding', () => {
    expect(resolvePadding(7, 3, 1, 1, [1, 2], 'w')).toMatchObject({ before: 2, after: 2 });
    expect(resolvePadding(7, 3, 1, 1, { h: [1, 2], w: [3, 4] }, 'w')).toMatchObject({ before: 3, after: 4 });
  });

  it('S7: a kernel larger than the padded input is an error that says so', () => {
    const conv = { strides: 1, dilations: 1, padding: 'valid' } as const;
    expect(() => window2d('conv2d', 4, 9, { ...conv, kernelSize: 5 })).toThrow(
      new ShapeError("conv2d: kernel 5 is larger than the input's height 4"),
    );
    expect(() => window2d('conv2d', 9, 4, { ...conv, kernelSize: 3, dilations: 4, padding: 1 })).toThrow(
      new ShapeError("conv2d: kernel 3 (dilated to 9) is larger than the input's width 4 + 2 of padding"),
    );
  });

  it.each([
    [[0, 3, 1, 1, 'valid'], 'resolvePadding: input must be a positive integer, but received 0'],
    [[7, 2.5, 1, 1, 'valid'], 'resolvePadding: kernel must be a positive integer, but received 2.5'],
    [[7, 3, 0, 1, 'valid'], 'resolvePadding: stride must be a positive integer, but received 0'],
    [[7, 3, 1, Number.NaN, 'valid'], 'resolvePadding: dilation must be a positive integer, but received NaN'],
    [[7, 3, 1, 1, 'SAME'], "but received 'SAME'"],
    [[7, 3, 1, 1, 'toString'], "but received 'toString'"],
    [[7, 3, 1, 1, -1], 'but received -1'],
    [[7, 3, 1, 1, [1, 2, 3]], 'but received [1,2,3]'],
    [[7, 3, 1, 1, { total: -2 }], 'but received {"total":-2}'],
    [[7, 3, 1, 1, { same: 'upper' }], 'but received {"same":"upper"}'],
    [[7, 3, 1, 1, { h: [1, 1] }], 'but received {"h":[1,1]}'],
    [[7, 3, 1, 1, { h: [1, 1], w: [0, 0], d: 1 }], 'but received {"h":[1,1],"w":[0,0],"d":1}'],
    [[7, 3, 1, 1, null], 'but received null'],
  ])('rejects %j', (args, message) => {
    const call = () => resolvePadding(...(args as unknown as Parameters<typeof resolvePadding>));
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
