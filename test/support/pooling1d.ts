// The tests of poolings of sequences, which are those of images one pixel high.
import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import type { Pool1dOptions } from '../../lib/ops/pool1d.js';
import type { Pool2dOptions } from '../../lib/ops/pool2d.js';
import { reshape } from '../../lib/ops/reshape.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { random, size } from './operators.js';
import { distinct } from './pooling.js';
import { values } from './tensors.js';

/** Windows over a sequence, and the same over an image one pixel high. */
const windows: readonly (readonly [Pool1dOptions, Pool2dOptions])[] = [
  [{ poolSize: 2 }, { poolSize: [1, 2] }],
  [
    { poolSize: 3, strides: 2, padding: 'same' },
    { poolSize: [1, 3], strides: [1, 2], padding: 'same' },
  ],
  [
    { poolSize: 3, strides: 1, padding: 1 },
    { poolSize: [1, 3], strides: 1, padding: [0, 1] },
  ],
  [
    { poolSize: 4, strides: 3, padding: [2, 0] },
    { poolSize: [1, 4], strides: [1, 3], padding: { h: [0, 0], w: [2, 0] } },
  ],
  [
    { poolSize: 2, strides: 3, ceilMode: true },
    { poolSize: [1, 2], strides: [1, 3], ceilMode: true },
  ],
];

/** Declares the tests of the pooling `name`1d: that of images for every window, with none and with each of `own` options. */
export function checkGradientAndPooling1d<Own extends object>(
  name: string,
  pool1d: (x: Tensor, options: Pool1dOptions & Own) => Tensor,
  pool2d: (x: Tensor, options: Pool2dOptions & Own) => Tensor,
  own: readonly Own[],
): void {
  const cases = windows.flatMap(([narrow, wide]) =>
    own.map(
      (more) =>
        [
          { ...narrow, ...more },
          { ...wide, ...more },
        ] as const,
    ),
  );
  it.each(cases)(`is ${name}2d of an image one pixel high: %j`, async (options, wide) => {
    for (const channels of [1, 3, 17]) {
      const shape = [2, 11, channels] as const;
      const x = random(shape, 'float32');
      const y = pool1d(x, options);
      const image = pool2d(reshape(x, [2, 1, 11, channels]), wide);
      expect(y.shape).toEqual([2, image.shape[2], channels]);
      expect(await values(y)).toEqual(await values(image));
      const apart = distinct(size(shape)).map((value) => value + 0.5 / size(shape));
      await checkGradient((v) => pool1d(v, options), [tensor(apart, shape)], { step: 1e-7, tolerance: 1e-5 });
    }
  });

  const x = random([1, 4, 2]);
  it.each<[Tensor, object, string]>([
    [x, { poolSize: 0 }, 'poolSize must be a positive integer, but received 0'],
    [x, { poolSize: [2, 2] }, 'poolSize must be a positive integer'],
    [random([4, 2]), { poolSize: 2 }, 'x must have 3 axes [batch, length, channels]'],
    [x, { poolSize: 2, padding: 'SAME' }, 'padding must be'],
    [x, { poolSize: 2, dilation: 2 }, "unknown option 'dilation'"],
  ])('rejects what does not fit %#', (given, options, message) => {
    expect(() => pool1d(given, options as never)).toThrow(`${name}1d: ${message}`);
  });
}
