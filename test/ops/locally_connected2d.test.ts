import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { broadcastTo } from '../../lib/ops/broadcast_to.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { locallyConnected2d } from '../../lib/ops/locally_connected2d.js';
import { type Padding, window2d } from '../../lib/tensor/padding.js';
import { ones, type Tensor } from '../../lib/tensor/tensor.js';
import { count, expectExact, filled, integers } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

interface Sweep {
  readonly size: readonly [number, number];
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
}

/** Calls visit(offset in x, in filter, in y) for every product of the layer. */
function eachProduct(
  c: Sweep,
  batch: number,
  channels: number,
  filters: number,
  visit: (x: number, f: number, y: number) => void,
): void {
  const { height: h, width: w } = window2d('test', ...c.size, c);
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < h.out; i++)
      for (let j = 0; j < w.out; j++)
        for (let m = 0; m < h.kernel; m++)
          for (let l = 0; l < w.kernel; l++) {
            const row = i * h.stride + m * h.dilation - h.before;
            const column = j * w.stride + l * w.dilation - w.before;
            if (row < 0 || row >= h.input || column < 0 || column >= w.input) continue;
            for (let p = 0; p < channels; p++)
              for (let q = 0; q < filters; q++)
                visit(
                  ((n * h.input + row) * w.input + column) * channels + p,
                  ((((i * w.out + j) * h.kernel + m) * w.kernel + l) * channels + p) * filters + q,
                  ((n * h.out + i) * w.out + j) * filters + q,
                );
          }
}

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

describe('locallyConnected2d', () => {
  it('is exact on integers whatever the geometry, with its gradients, in float32 and float64', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: pair(5, 7),
          kernelSize: pair(1, 3),
          strides: pair(1, 3),
          dilations: pair(1, 2),
          padding: fc.constantFrom<Padding>('valid', 'same', 'sameLower', 'full', 1),
        }),
        fc.constantFrom(1, 2, 4, 7, 8, 9, 13),
        fc.constantFrom(1, 3, 4, 8, 11, 17),
        fc.constantFrom(1, 2, 7, 8, 15, 16, 17, 33),
        fc.constantFrom('float32' as const, 'float64' as const),
        async ({ size, ...rest }, batch, channels, filters, dtype) => {
          const { height, width } = window2d('test', ...size, rest);
          const xShape = [batch, ...size, channels];
          const filterShape = [height.out, width.out, ...rest.kernelSize, channels, filters];
          const biasShape = [height.out, width.out, filters];
          const [x, filter, bias] = [xShape, filterShape, biasShape].map((s, at) => integers(count(s), at + 1)) as [
            Float64Array,
            Float64Array,
            Float64Array,
          ];
          const { kernelSize: _, ...options } = rest;
          await expectExact(
            (a, b, c) => locallyConnected2d(a as Tensor, b as Tensor, { ...options, bias: c as Tensor }),
            [filled(xShape, 1, dtype), filled(filterShape, 2, dtype), filled(biasShape, 3, dtype)],
            (dy) => {
              const y = Float64Array.from(dy, (_, at) => bias[at % bias.length] as number);
              const [dx, dFilter] = [new Float64Array(x.length), new Float64Array(filter.length)];
              const dBias = new Float64Array(bias.length);
              eachProduct({ size, ...rest }, batch, channels, filters, (a, b, c) => {
                y[c] = (y[c] as number) + (x[a] as number) * (filter[b] as number);
                dx[a] = (dx[a] as number) + (dy[c] as number) * (filter[b] as number);
                dFilter[b] = (dFilter[b] as number) + (dy[c] as number) * (x[a] as number);
              });
              for (let at = 0; at < dy.length; at++)
                dBias[at % bias.length] = (dBias[at % bias.length] as number) + (dy[at] as number);
              return [y, dx, dFilter, dBias];
            },
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the convolution where all positions have the same filter, whose gradient is the sum of theirs', async () => {
    const [x, filter] = [filled([9, 6, 5, 3], 1), filled([3, 2, 3, 5], 2)];
    const [sharing, shared] = [
      () => locallyConnected2d(x, broadcastTo(filter, [6, 5, 3, 2, 3, 5]), { padding: 'same' }),
      () => conv2d(x, filter, { padding: 'same' }),
    ].map((f) => pullback('test', f, [x, filter], (y) => ones(y.shape, y.dtype)));
    for (const [a, b] of [
      [sharing?.value, shared?.value],
      [sharing?.gradients[0], shared?.gradients[0]],
      [sharing?.gradients[1], shared?.gradients[1]],
    ])
      expect(await values(a as Tensor)).toEqual(await values(b as Tensor));
  });

  it('has the gradients that differences give', async () => {
    await checkGradient(
      (x, filter, bias) => locallyConnected2d(x, filter, { bias, strides: [2, 1], padding: 'same' }),
      [
        filled([2, 5, 4, 3], 1, 'float64', noise),
        filled([3, 4, 3, 2, 3, 4], 2, 'float64', noise),
        filled([3, 4, 4], 3, 'float64', noise),
      ],
    );
  });

  it('gives the same bits for every number of threads', async () => {
    const [x, filter] = [filled([11, 7, 6, 5], 1, 'float32', noise), filled([7, 6, 3, 3, 5, 19], 2, 'float32', noise)];
    const results = await withThreads(async () => {
      const { value, gradients } = pullback(
        'test',
        () => locallyConnected2d(x, filter, { padding: 'same' }),
        [x, filter],
        (y) => filled(y.shape, 4, 'float32', noise),
      );
      return Promise.all([value, ...gradients].map((t) => t.data()));
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('accepts an empty batch, whose gradient by the filter is 0', async () => {
    const [x, filter] = [filled([0, 4, 4, 2], 1), filled([2, 2, 3, 3, 2, 5], 2)];
    const { value, gradients } = pullback(
      'test',
      () => locallyConnected2d(x, filter),
      [filter],
      (y) => ones(y.shape, y.dtype),
    );
    expect(value.shape).toEqual([0, 2, 2, 5]);
    expect(new Set(await values(gradients[0] as Tensor))).toEqual(new Set([0]));
  });

  const [x, filter] = [filled([1, 4, 4, 2], 1), filled([2, 2, 3, 3, 2, 5], 2)];
  it.each<[string, () => unknown, string]>([
    [
      'channels that differ',
      () => locallyConnected2d(filled([1, 4, 4, 3], 1), filter),
      'locallyConnected2d: input has 3 channels, filter [2, 2, 3, 3, 2, 5] expects 2',
    ],
    [
      'positions that differ',
      () => locallyConnected2d(x, filter, { padding: 'same' }),
      'locallyConnected2d: there are 4 × 4 positions, filter [2, 2, 3, 3, 2, 5] expects 2 × 2',
    ],
    [
      'a bias per filter',
      () => locallyConnected2d(x, filter, { bias: filled([5], 3) }),
      'locallyConnected2d: bias must have shape [2, 2, 5], but has [5]',
    ],
    [
      'a shared filter',
      () => locallyConnected2d(x, filled([3, 3, 2, 5], 2)),
      'locallyConnected2d: filter must have 6 axes [outHeight, outWidth, kernelHeight, kernelWidth, channels, filters]',
    ],
    [
      'an unknown option',
      () => locallyConnected2d(x, filter, { groups: 1 } as object),
      "locallyConnected2d: unknown option 'groups'; it takes bias, strides, padding, dilations",
    ],
  ])('rejects %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
