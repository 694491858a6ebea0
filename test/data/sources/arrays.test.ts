import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Dataset, HostArray } from '../../../lib/data/index.js';
import { fromArrays } from '../../../lib/data/index.js';
import { ArgumentError } from '../../../lib/tensor/errors.js';
import { collect } from '../support.js';

describe('fromArrays', () => {
  it('takes bytes and class numbers, in Buffers too', async () => {
    const dataset = fromArrays({
      images: Buffer.from([1, 2, 3, 4]),
      imageShape: [1, 2, 1],
      labels: Buffer.from([7, 200]),
      classes: 201,
    });
    expectTypeOf(dataset.batch(1)).toExtend<
      ReturnType<Dataset<{ x: HostArray<'uint8'>; y: HostArray<'int32'> }>['batch']>
    >();
    for (const batchSize of [1, 2]) {
      const batches = await collect(dataset.shuffle({ seed: 1 }).batch(batchSize));
      expect(batches.map(({ x }) => x.data.constructor)).toEqual(batches.map(() => Uint8Array));
      expect(batches.flatMap(({ y }) => [...y.data]).sort()).toEqual([200, 7]);
    }
  });

  it('takes float32 images and targets of any shape', async () => {
    const dataset = fromArrays({
      images: Float32Array.of(1, 2, 3),
      imageShape: [1],
      labels: Float32Array.of(1, 2, 3, 4, 5, 6),
      labelShape: [2],
    });
    const [, last] = await collect(dataset.batch(2));
    expect(last?.x).toEqual({ data: Float32Array.of(3), shape: [1, 1], dtype: 'float32' });
    expect(last?.y).toEqual({ data: Float32Array.of(5, 6), shape: [1, 2], dtype: 'float32' });
  });

  const good = { images: new Uint8Array(8), imageShape: [2, 2, 1], labels: Int32Array.of(0, 1) };
  it.each<[string, object, string]>([
    [
      'images of another type',
      { images: [1, 2] },
      'fromArrays: images must be a Uint8Array or Float32Array, but received [1,2]',
    ],
    [
      'images of another typed array',
      { images: new Int16Array(8) },
      'fromArrays: images must be a Uint8Array or Float32Array, but received a Int16Array',
    ],
    [
      'labels of another type',
      { labels: undefined },
      'fromArrays: labels must be a Uint8Array or Int32Array or Float32Array, but received undefined',
    ],
    [
      'a ragged last image',
      { images: new Uint8Array(7) },
      'fromArrays: 7 elements of images are not one or more of shape [2, 2, 1]',
    ],
    [
      'no images',
      { images: new Uint8Array(0) },
      'fromArrays: 0 elements of images are not one or more of shape [2, 2, 1]',
    ],
    ['empty images', { imageShape: [0, 2] }, 'fromArrays: 8 elements of images are not one or more of shape [0, 2]'],
    [
      'a negative extent',
      { imageShape: [-2, 2, 1] },
      'fromArrays: imageShape: shape must hold non-negative integers, but received [-2, 2, 1]',
    ],
    ['counts that differ', { labels: Int32Array.of(0, 1, 2) }, 'fromArrays: 2 images, but 3 labels'],
    ['a label too large', { classes: 1 }, 'fromArrays: label 1 at position 1 must be from 0 to 0'],
    [
      'a negative label',
      { labels: Int32Array.of(0, -1), classes: 2 },
      'fromArrays: label -1 at position 1 must be from 0 to 1',
    ],
    [
      'classes of float targets',
      { labels: Float32Array.of(0, 1), classes: 2 },
      'fromArrays: classes is given, but labels are float32 targets',
    ],
    ['NaN classes', { classes: Number.NaN }, 'fromArrays: classes must be a positive integer, but received NaN'],
    [
      'an unknown option',
      { shape: [1] },
      "fromArrays: unknown option 'shape'; it takes images, imageShape, labels, labelShape, classes",
    ],
  ])('rejects %s', (_, change, message) => {
    expect(() => fromArrays({ ...good, ...change })).toThrow(new ArgumentError(message));
  });
});
