import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type PadMode, pad } from '../../lib/ops/pad.js';
import type { Side } from '../../lib/tensor/padding.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint } from '../support/operators.js';
import { lengths, noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

/** Where position p of the padded axis comes from, found by walking; −1 for nowhere. */
function source(mode: PadMode, extent: number, q: number): number {
  const line = Array.from({ length: extent }, (_, e) => e);
  if (q >= 0 && q < extent) return q;
  if (mode === 'constant') return -1;
  if (mode === 'replicate') return q < 0 ? 0 : extent - 1;
  if (mode === 'circular') return [...line, ...line, ...line][q + extent] as number;
  const mirrored = [...line].reverse();
  return [...mirrored.slice(0, -1), ...line, ...mirrored.slice(1)][q + extent - 1] as number;
}

function reference(x: number[], shape: number[], padding: Side[], mode: PadMode, value: number): number[] {
  const out = shape.map((extent, axis) => extent + (padding[axis] as Side)[0] + (padding[axis] as Side)[1]);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return Array.from({ length: out.reduce((a, b) => a * b, 1) }, (_, flat) => {
    let [rest, at, inside] = [flat, 0, true];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = out[axis] as number;
      const from = source(mode, shape[axis] as number, (rest % extent) - (padding[axis] as Side)[0]);
      if (from < 0) inside = false;
      at += from * (strides[axis] as number);
      rest = Math.floor(rest / extent);
    }
    return inside ? (x[at] as number) : value;
  });
}

const modes: PadMode[] = ['constant', 'reflect', 'replicate', 'circular'];
const padding: Side[] = [
  [0, 0],
  [2, 1],
  [0, 3],
  [1, 0],
];

describe('pad', () => {
  it.each(modes)('adds what mode %s says, in every dtype', async (mode) => {
    for (const dtype of ['float32', 'float64', 'int32', 'uint8'] as const)
      for (const channels of [2, 5, 16, 33]) {
        const shape = [2, 3, 4, channels];
        const x = Array.from({ length: 24 * channels }, (_, i) => i % 251);
        const y = pad(tensor(x, shape, dtype), padding, { mode });
        expect([y.shape, y.dtype]).toEqual([[2, 6, 7, channels + 1], dtype]);
        expect(await values(y)).toEqual(reference(x, shape, padding, mode, 0));
      }
  });

  it('writes the value asked for, also an infinite one', async () => {
    const x = tensor([1, 2, 3]);
    expect(await values(pad(x, [[1, 2]], { value: -1.5 }))).toEqual([-1.5, 1, 2, 3, -1.5, -1.5]);
    const value = Number.NEGATIVE_INFINITY;
    expect(await values(pad(x, [[1, 0]], { value }))).toEqual([value, 1, 2, 3]);
    expect(await values(pad(x, [[0, 0]]))).toEqual([1, 2, 3]);
    expect(await values(pad(zeros([0]), [[1, 1]], { value: 4 }))).toEqual([4, 4]);
  });

  it.each(modes)('has the gradient that differences give, which is its adjoint: %s', async (mode) => {
    await checkGradient((x) => pad(x, padding, { mode }), [tensor(noise(24 * 5), [2, 3, 4, 5])]);
    await expectAdjoint((x) => pad(x, padding, { mode }), [2, 3, 4, 17]);
    for (const length of lengths.slice(3))
      await expectAdjoint(
        (x) =>
          pad(
            x,
            [
              [2, 3],
              [0, 0],
            ],
            { mode },
          ),
        [4, length],
      );
    await expectAdjoint((x) => pad(x, [[0, 0]], { mode }), [4]);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(90_000)), [10, 30, 300]);
    const [one, ...others] = await withThreads(() =>
      values(
        pad(
          x,
          [
            [0, 0],
            [9, 9],
            [1, 0],
          ],
          { mode: 'reflect' },
        ),
      ),
    );
    for (const other of others) expect(other).toEqual(one);
  });

  it('names what does not fit', () => {
    const x = zeros([2, 3]);
    expect(() => pad(x, [[1, 1]])).toThrow(
      'pad: padding must be one [before, after] for each of the 2 axes of x, but received [[1,1]]',
    );
    expect(() => pad(x, [[1, 1], 2 as never])).toThrow('pad: padding[1] must be [before, after], but received 2');
    expect(() =>
      pad(x, [
        [0, -1],
        [0, 0],
      ]),
    ).toThrow('pad: padding[0][1] must be a non-negative integer, but received -1');
    expect(() =>
      pad(
        x,
        [
          [0, 0],
          [3, 0],
        ],
        { mode: 'reflect' },
      ),
    ).toThrow("pad: mode 'reflect' can add at most 2 to axis 1 of [2, 3], but [3,0] is asked for");
    expect(() =>
      pad(
        x,
        [
          [0, 3],
          [0, 0],
        ],
        { mode: 'circular' },
      ),
    ).toThrow("pad: mode 'circular' can add at most 2 to axis 0 of [2, 3], but [0,3] is asked for");
    expect(() => pad(zeros([0]), [[0, 1]], { mode: 'replicate' })).toThrow(
      "pad: mode 'replicate' can add at most 0 to axis 0 of [0], but [0,1] is asked for",
    );
    expect(() =>
      pad(
        x,
        [
          [0, 0],
          [1, 1],
        ],
        { mode: 'mirror' as never },
      ),
    ).toThrow("pad: mode must be one of 'constant'");
    expect(() =>
      pad(
        x,
        [
          [0, 0],
          [1, 1],
        ],
        { mode: 'reflect', value: 1 },
      ),
    ).toThrow("pad: value is given but mode is 'reflect'");
    expect(() =>
      pad(
        x,
        [
          [0, 0],
          [1, 1],
        ],
        { value: Number.NaN },
      ),
    ).toThrow('pad: value must be a finite number');
    expect(() =>
      pad(
        x,
        [
          [0, 0],
          [1, 1],
        ],
        { fill: 1 } as never,
      ),
    ).toThrow("pad: unknown option 'fill'; it takes mode, value");
  });
});
