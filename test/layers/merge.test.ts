import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import * as layers from '../../lib/layers/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

const rows = [
  [1, -2, 3],
  [4, 5, -6],
  [-7, 8, 9],
] as const;
const inputs = rows.map((row) => tensor([[...row]]));

describe('merges', () => {
  it.each([
    ['add', layers.add(), [-2, 11, 6]],
    ['multiply', layers.multiply(), [-28, -80, -162]],
    ['maximum', layers.maximum(), [4, 8, 9]],
    ['average', layers.average(), [-2 / 3, 11 / 3, 2]],
    ['concat', layers.concat(), rows.flat()],
  ] as const)('%s', async (kind, merge: layers.Merge, expected) => {
    expect(merge.kind).toBe(kind);
    expect(await values(merge.forward(inputs))).toEqual(expected.map(Math.fround));
    expect(merge.outputShape([[3], [3], [3]])).toEqual([kind === 'concat' ? 9 : 3]);
    expect(await values(merge.forward(inputs.slice(0, 1)))).toEqual(rows[0]);
    const float64 = [1, 2, 3].map((seed) => tensor(noise(12, seed), [2, 2, 3]));
    await checkGradient((...xs: Tensor[]) => merge.forward(xs), float64);
  });

  it('of images', () => {
    expect(
      layers.concat().outputShape([
        [4, 5, 2],
        [4, 5, 7],
      ]),
    ).toEqual([4, 5, 9]);
    expect(
      layers.add().outputShape([
        [4, 5, 2],
        [4, 5, 2],
      ]),
    ).toEqual([4, 5, 2]);
  });

  it.each([
    ['nothing to add', () => layers.add().outputShape([]), ArgumentError, 'add: expects at least one input'],
    [
      'shapes that differ',
      () => layers.maximum().outputShape([[3], [3, 1]]),
      ShapeError,
      'maximum: merges [3] with [3, 1]: make their shapes the same',
    ],
    [
      'heights that differ',
      () =>
        layers.concat().outputShape([
          [4, 5, 2],
          [3, 5, 2],
        ]),
      ShapeError,
      'concat: joins along the channels, but [4, 5, 2] and [3, 5, 2] differ elsewhere',
    ],
    [
      'an unknown option',
      () => layers.concat({ axis: 1 } as never),
      ArgumentError,
      "concat: unknown option 'axis'; it takes name",
    ],
    [
      'a name with a dot',
      () => layers.average({ name: 'a.b' }),
      ArgumentError,
      'average: name must be a string without dots',
    ],
  ] as const)('reject %s', (_, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
