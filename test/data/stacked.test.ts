import { describe, expect, expectTypeOf, it } from 'vitest';
import { fromIterable, fromStacked, type HostArray } from '../../lib/data/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { collect } from './support.js';

const array = (shape: number[], from = 0) => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => from + i),
  shape,
});
const labels = (count: number) => ({ data: Int32Array.from({ length: count }, (_, i) => i), shape: [count] });
const both = () => fromStacked({ x: { image: array([5, 2, 1]), mask: array([5], 100) }, y: labels(5) });

describe('fromStacked', () => {
  it('gives records of arrays, each with its dtype', async () => {
    const [first, second] = await collect(both().batch(3));
    expect(first).toMatchObject({
      x: {
        image: { data: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [3, 2, 1], dtype: 'float32' },
        mask: { data: Float32Array.of(100, 101, 102), shape: [3] },
      },
      y: { data: Int32Array.of(0, 1, 2), shape: [3], dtype: 'int32' },
    });
    expect(second?.x.mask.data).toEqual(Float32Array.of(103, 104));
    expectTypeOf(first?.x.image).toEqualTypeOf<HostArray<'float32'> | undefined>();
    expectTypeOf(first?.y).toEqualTypeOf<HostArray<'int32'> | undefined>();
  });

  it('shuffles, splits and slices all arrays alike', async () => {
    const [train] = both().skip(1).split(3, { seed: 1 });
    for (const { x, y, indices } of await collect(train.shuffle({ seed: 2 }).batch(2).prefetch(1))) {
      expect([...y.data]).toEqual([...indices]);
      expect([...x.mask.data]).toEqual([...indices].map((index) => 100 + index));
      expect([...x.image.data]).toEqual([...indices].flatMap((index) => [2 * index, 2 * index + 1]));
    }
  });

  it('maps samples and batches', async () => {
    const doubled = both().map(({ x, y }) => ({
      x: { twice: { ...x.mask, data: x.mask.data.map((v) => 2 * v) } },
      y: { label: y, image: x.image },
    }));
    const [batch] = await collect(doubled.batch(5).map((given) => ({ ...given, y: given.y.label })));
    expect(batch?.x.twice).toMatchObject({ data: Float32Array.of(200, 202, 204, 206, 208), shape: [5] });
    expect(batch?.y.data).toEqual(Int32Array.of(0, 1, 2, 3, 4));
  });

  it('streams of records are stacked, too', async () => {
    const scalar = (value: number) => ({ data: Float32Array.of(value), shape: [], dtype: 'float32' as const });
    const samples = function* () {
      for (let i = 0; i < 3; i++) yield { x: { a: scalar(i), b: scalar(-i) }, y: scalar(i) };
    };
    const [batch] = await collect(fromIterable(samples, { batchSize: 2 }));
    expect(batch?.x).toMatchObject({ a: { data: Float32Array.of(0, 1) }, b: { data: Float32Array.of(-0, -1) } });
  });

  it('rejects samples with other names than the first', async () => {
    const uneven = both().map(({ x, y }, { index }) => ({ x: index === 1 ? { image: x.image } : x, y }) as never);
    await expect(collect(uneven.batch(5))).rejects.toThrow(
      new ShapeError('map: x is { image } in one sample of a batch and { image, mask } in another'),
    );
  });

  it.each([
    [
      'no array',
      { x: 3, y: labels(2) },
      'fromStacked: x must be an array { data, shape } or a record of them, but received 3',
    ],
    [
      'an empty record',
      { x: {}, y: labels(2) },
      'x must be an array { data, shape } or a record of them, but received {}',
    ],
    [
      'a record of other things',
      { x: { a: [1] }, y: labels(2) },
      'x.a must be an array { data, shape }, but received [1]',
    ],
    [
      'a shape that does not fit',
      { x: { data: new Float32Array(5), shape: [2, 2] }, y: labels(2) },
      'x has 5 elements for shape [2, 2]',
    ],
    [
      'no samples',
      { x: array([0, 2]), y: labels(0) },
      'x has 0 elements for shape [0, 2]; expected [samples, ...], at least one sample',
    ],
    ['different counts', { x: { a: array([2]), b: array([3]) }, y: labels(2) }, 'x.a holds 2 samples, but x.b holds 3'],
  ])('rejects %s', (_, options, message) => {
    expect(() => fromStacked(options as never)).toThrow(ArgumentError);
    expect(() => fromStacked(options as never)).toThrow(message);
  });
});
