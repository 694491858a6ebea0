import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type ResizeCoordinates, type ResizeMode, resize2d } from '../../lib/ops/resize2d.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectClose } from '../support/elementwise.js';
import { expectAdjoint } from '../support/operators.js';
import { lengths, noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const modes: ResizeMode[] = ['nearest', 'bilinear'];
const conventions: ResizeCoordinates[] = ['halfPixel', 'alignCorners', 'asymmetric'];
const cases = modes.flatMap((mode) => conventions.map((coordinates) => ({ mode, coordinates })));

const sizes: [from: [number, number], to: [number, number]][] = [
  [
    [4, 5],
    [8, 10],
  ],
  [
    [5, 4],
    [3, 7],
  ],
  [
    [6, 6],
    [2, 3],
  ],
  [
    [1, 1],
    [3, 2],
  ],
  [
    [7, 3],
    [1, 1],
  ],
  [
    [3, 4],
    [3, 9],
  ],
];

function position(p: number, extent: number, to: number, coordinates: ResizeCoordinates): number {
  if (coordinates === 'halfPixel') return ((p + 0.5) * extent) / to - 0.5;
  if (coordinates === 'alignCorners') return to > 1 ? (p * (extent - 1)) / (to - 1) : 0;
  return (p * extent) / to;
}

/** Weights of all elements of an axis for position p. */
function weights(p: number, extent: number, to: number, mode: ResizeMode, coordinates: ResizeCoordinates): number[] {
  const s = position(p, extent, to, coordinates);
  const cut = (e: number): number => Math.min(Math.max(e, 0), extent - 1);
  if (mode === 'nearest') {
    const chosen = cut(coordinates === 'asymmetric' ? Math.floor(s + 1e-9) : Math.floor(s + 0.5 + 1e-9));
    return Array.from({ length: extent }, (_, e) => Number(e === chosen));
  }
  return Array.from({ length: extent }, (_, e) => Math.max(0, 1 - Math.abs(cut(s) - e)));
}

function reference(
  x: number[],
  [height, width]: [number, number],
  to: [number, number],
  channels: number,
  options: { mode: ResizeMode; coordinates: ResizeCoordinates },
): number[] {
  const images = x.length / (height * width * channels);
  const y: number[] = [];
  for (let n = 0; n < images; n++)
    for (let i = 0; i < to[0]; i++)
      for (let j = 0; j < to[1]; j++)
        for (let c = 0; c < channels; c++) {
          let total = 0;
          for (const [h, a] of weights(i, height, to[0], options.mode, options.coordinates).entries())
            for (const [w, b] of weights(j, width, to[1], options.mode, options.coordinates).entries())
              total += a * b * (x[((n * height + h) * width + w) * channels + c] as number);
          y.push(total);
        }
  return y;
}

describe('resize2d', () => {
  it.each(cases)('is the weighted sum it should be: $mode, $coordinates', async (options) => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const [from, to] of sizes)
        for (const channels of [1, 3, 8, 17]) {
          const x = tensor([...noise(2 * from[0] * from[1] * channels)], [2, ...from, channels], dtype);
          const y = resize2d(x, to, options);
          expect(y.shape).toEqual([2, ...to, channels]);
          expectClose(
            await values(y),
            reference(await values(x), from, to, channels, options),
            dtype === 'float32' ? 1e-6 : 1e-14,
          );
        }
  });

  it('repeats pixels when enlarging by a whole number', async () => {
    const y = resize2d(tensor([1, 2, 3, 4], [1, 2, 2, 1]), [4, 4], { mode: 'nearest' });
    expect(await values(y)).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  });

  it('interpolates as PyTorch documents', async () => {
    // torch.nn.Upsample(scale_factor=2, mode='bilinear') of [[1, 2], [3, 4]], without and with align_corners.
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    const half = [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4];
    expect(await values(resize2d(x, [4, 4]))).toEqual(half);
    const aligned = await values(resize2d(x, [4, 4], { coordinates: 'alignCorners' }));
    expectClose(aligned.slice(0, 8), [1, 4 / 3, 5 / 3, 2, 5 / 3, 2, 7 / 3, 8 / 3], 1e-6);
  });

  it('keeps images of the same size', async () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    for (const options of cases) expect(await values(resize2d(x, [2, 2], options))).toEqual([1, 2, 3, 4]);
  });

  it.each(cases)(
    'has the gradient that differences give, which is its adjoint: $mode, $coordinates',
    async (options) => {
      for (const [from, to] of sizes) {
        await checkGradient((x) => resize2d(x, to, options), [tensor(noise(from[0] * from[1] * 3), [1, ...from, 3])]);
        await expectAdjoint((x) => resize2d(x, to, options), [2, ...from, 5]);
      }
      for (const channels of lengths) await expectAdjoint((x) => resize2d(x, [3, 2], options), [1, 2, 3, channels]);
    },
  );

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(120_000)), [4, 100, 100, 3]);
    const [one, ...others] = await withThreads(() => values(resize2d(x, [150, 70])));
    for (const other of others) expect(other).toEqual(one);
  });

  it('names what does not fit', () => {
    const x = zeros([1, 2, 2, 1]);
    expect(() => resize2d(zeros([2, 2, 1]), [4, 4])).toThrow(
      'resize2d: x must have 4 axes [batch, height, width, channels], but has shape [2, 2, 1]',
    );
    expect(() => resize2d(x, 4 as never)).toThrow('resize2d: size must be [height, width], but received 4');
    expect(() => resize2d(x, [4, 0])).toThrow('resize2d: size[1] must be a positive integer, but received 0');
    expect(() => resize2d(x, [4, 4], { mode: 'cubic' as never })).toThrow(
      "resize2d: mode must be one of 'nearest', 'bilinear', but received 'cubic'",
    );
    expect(() => resize2d(x, [4, 4], { coordinates: true as never })).toThrow(
      "resize2d: coordinates must be one of 'halfPixel', 'alignCorners', 'asymmetric', but received true",
    );
    expect(() => resize2d(x, [4, 4], { align: 1 } as never)).toThrow("resize2d: unknown option 'align'");
    expect(() => resize2d(zeros([1, 0, 2, 1]), [4, 4])).toThrow('which has no pixel to read');
    expect(() => resize2d(zeros([1, 2, 2, 1], 'uint8'), [4, 4])).toThrow(
      'resize2d: x must be float32, float64 or bfloat16',
    );
  });
});
