/** Bad datasets, and files that are missing, truncated, corrupt or of another kind: the error names the file and the place. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll } from 'vitest';
import {
  ArgumentError,
  DTypeError,
  data,
  FormatError,
  formats,
  io,
  losses,
  optimizers,
  ShapeError,
} from '../../lib/index.js';
import { ArraysMismatchError, fit } from '../../lib/training/index.js';
import { type BadInput, refuses, samples, smallNet } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a file of the test's folder and returns its path. */
async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, bytes);
  return at;
}

const idxBytes = (shape: readonly number[], count: number, value = 1, type = 8) =>
  Buffer.concat([
    Buffer.from([0, 0, type, shape.length]),
    Buffer.from(new Uint32Array(shape).buffer).swap32(),
    Buffer.alloc(count, value),
  ]);
const images = () => idxBytes([4, 3, 3], 36);
const labels = () => idxBytes([4], 4);

/** Reads a dataset of these files. */
async function idx(x: Uint8Array, y: Uint8Array, more: object = {}) {
  return data.idx({ images: await file('images', x), labels: await file('labels', y), ...more });
}

const cut = (bytes: Uint8Array, missing = 1) => bytes.subarray(0, bytes.length - missing);

// biome-ignore format: a line per case
refuses('IDX files', [
  ['that are missing', () => data.idx({ images: path.join(folder, 'nowhere'), labels: folder }), ArgumentError, /idx: cannot read (images|labels) from '.*': (ENOENT|EISDIR)/],
  ['that are no paths', () => data.idx({ images: any(7), labels: any(8) }), ArgumentError, 'idx: images must be a path, but received 7'],
  ['that are empty', async () => idx(Buffer.alloc(0), labels()), FormatError, /images at byte 0: ends within the 4 bytes of the magic number/],
  ['of another kind', async () => idx(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), labels()), FormatError, 'images at byte 0: magic number is 89 50 4e 47, expected 00 00 <type> <rank>'],
  ['of an unknown element type', async () => idx(idxBytes([4, 3, 3], 36, 1, 7), labels()), FormatError, 'element type 7, expected 8, 9, 11'],
  ['of floats', async () => idx(idxBytes([4, 3, 3], 144, 0, 13), labels()), FormatError, 'images at byte 2: holds float32 elements, expected uint8 images'],
  ['cut in the header', async () => idx(images().subarray(0, 9), labels()), FormatError, 'images at byte 9: ends within the 3 extents'],
  ['cut in the data', async () => idx(cut(images()), labels()), FormatError, 'images at byte 51: ends early: [4, 3, 3] of 1-byte elements take 52 bytes, but the file has 51'],
  ['with more than they announce', async () => idx(idxBytes([4, 3, 3], 40), labels()), FormatError, 'goes on after its data'],
  ['of absurd extents', async () => idx(idxBytes([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], 0), labels()), FormatError, 'describe more bytes than a file has'],
  ['with labels for images', async () => idx(labels(), labels()), FormatError, 'holds an array [4], expected images [count, height, width]'],
  ['with images for labels', async () => idx(images(), images()), FormatError, 'holds an array [4, 3, 3], expected labels [count]'],
  ['of other counts', async () => idx(images(), idxBytes([3], 3)), FormatError, /labels at byte 4: holds 3 labels, but .*images holds 4 images/],
  ['with a label out of range', async () => idx(images(), idxBytes([4], 4, 10)), FormatError, 'labels at byte 8: label 10 of sample 0 is out of range, expected 0 to 9'],
  ['of no samples', async () => idx(idxBytes([0, 3, 3], 0), labels()), FormatError, 'images at byte 4: holds no images: [0, 3, 3]'],
  ['whose compression is cut', async () => idx(cut(gzipSync(images()), 9), labels()), FormatError, 'images at byte'],
  ['whose compression is corrupt', async () => idx(gzipSync(images()).map((byte, i, all) => (i < all.length - 8 ? byte : 0)), labels()), FormatError, 'compressed data is corrupt: incorrect data check'],
  ['that inflate to more than they announce', async () => idx(gzipSync(idxBytes([4, 3, 3], 5000)), labels()), FormatError, 'inflates to more than the 52 bytes'],
  ['of another hash', async () => idx(images(), labels(), { sha256: { images: '0'.repeat(64) } }), FormatError, `SHA-256 of the file is ${createHash('sha256').update(images()).digest('hex')}, expected 0000`],
  ['of a hash that is none', async () => idx(images(), labels(), { sha256: { images: 'abc' } }), ArgumentError, "sha256 of images must be 64 hexadecimal digits, but received 'abc'"],
  ['of no classes', async () => idx(images(), labels(), { classes: 0 }), ArgumentError, 'classes must be a positive integer, but received 0'],
]);

const pixels = (length: number) => new Uint8Array(length);
const good = () => ({ images: pixels(40), imageShape: [2, 2, 1], labels: pixels(10) });
const drain = async (source: data.BatchSource) => {
  for await (const _ of source.batches());
};

// biome-ignore format: a line per case
refuses('datasets', [
  ['of nothing', () => data.fromArrays(any(undefined)), ArgumentError, 'fromArrays: expected an options object, but received undefined'],
  ['of arrays of numbers', () => data.fromArrays({ ...good(), images: any([1, 2, 3, 4]) }), ArgumentError, 'images must be a Uint8Array or Float32Array, but received [1,2,3,4]'],
  ['of doubles', () => data.fromArrays({ ...good(), images: any(new Float64Array(40)) }), ArgumentError, 'but received a Float64Array'],
  ['of half an image', () => data.fromArrays({ ...good(), images: pixels(39) }), ArgumentError, '39 elements of images are not one or more of shape [2, 2, 1]'],
  ['of images of no pixels', () => data.fromArrays({ ...good(), imageShape: [0, 2, 1] }), ArgumentError, '40 elements of images are not one or more of shape [0, 2, 1]'],
  ['of other counts', () => data.fromArrays({ ...good(), labels: pixels(9) }), ArgumentError, 'fromArrays: 10 images, but 9 labels'],
  ['with labels out of range', () => data.fromArrays({ ...good(), labels: Int32Array.of(0, 1, 2, -1, 0, 0, 0, 0, 0, 0), classes: 3 }), ArgumentError, 'label -1 at position 3 must be from 0 to 2'],
  ['in batches of 0', () => samples().batch(0), ArgumentError, 'batch: size must be a positive integer, but received 0'],
  ['in batches of NaN', () => samples().batch(Number.NaN), ArgumentError, 'received NaN'],
  ['in whole batches only, of which there is none', () => samples(4).batch(8, { dropLast: true }), ArgumentError, 'leaves none of the 4 samples'],
  ['split into all and nothing', () => samples(4).split(4), ArgumentError, 'would leave samples 4 to 4 of 4'],
  ['split after shuffling', () => samples(4).shuffle({ seed: 1 }).split(2), ArgumentError, 'split: must come before shuffle()'],
  ['shuffled without a seed', () => samples(4).shuffle(any({})), ArgumentError, 'seed must be a non-negative integer, but received undefined'],
  ['from a batch beyond the end', () => samples(4).batch(2).batches({ startBatch: 3 }), ArgumentError, 'startBatch must be at most 2'],
  ['prefetched by none', () => samples(4).batch(2).prefetch(0), ArgumentError, 'count must be a positive integer, but received 0'],
  ['mapped by nothing', () => samples(4).map(any(undefined)), ArgumentError, 'map: expected a function of a sample, but received undefined'],
  ['mapped to nothing', () => drain(samples(4).map(any(() => undefined)).batch(2)), ArgumentError, 'map: the function must return { x, y }, each with data, shape and dtype, but returned undefined'],
  ['mapped to half of it', () => drain(samples(4).batch(2).map(any(({ x }: data.Batch) => ({ x })))), ArgumentError, 'map: the function must return { x, y }'],
  ['mapped to other shapes', () => drain(samples(4).map(({ x, y }, { index }) => ({ x: index === 1 ? y : x, y })).batch(4)), ShapeError, /map: x of sample 1 became int32 \[\].* but sample 0 of its batch float32 \[6, 6, 1\]/],
  ['shifted as floats', () => drain(samples(4).batch(2).map(any(data.randomShift({ pixels: 1, seed: 0 })))), DTypeError, 'randomShift: x must be uint8, but received float32'],
  ['shifted by half a pixel', () => data.randomShift({ pixels: 0.5, seed: 0 }), ArgumentError, 'pixels must be a non-negative integer, but received 0.5'],
]);

const tensors = (header: object, bytes = 0) => {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(bytes)]);
};
const w = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

/** A case that reads such a file into a network. */
const weights = (what: string, bytes: () => Uint8Array, kind: BadInput[2], message: BadInput[3]): BadInput => [
  what,
  async () => {
    using net = smallNet();
    return await io.loadWeights(net, await file('weights', bytes()));
  },
  kind,
  message,
];

// biome-ignore format: a line per case
refuses('safetensors files', [
  ['that are missing', () => io.loadWeights({ parameters: [] }, path.join(folder, 'none')), ArgumentError, /loadWeights: cannot read '.*none': ENOENT/],
  ['that are no path', () => io.loadWeights({ parameters: [] }, any(null)), ArgumentError, 'loadWeights: expected a path, but received null'],
  ['into no model', () => io.loadWeights(any({}), folder), ArgumentError, 'loadWeights: expected a model with parameters'],
  weights('that are empty', () => Buffer.alloc(0), FormatError, 'weights at byte 0: ends within the 8 bytes of the header length'),
  weights('with a header longer than the file', () => cut(tensors({ w }), 5), FormatError, 'ends within the header, which should be'),
  weights('with a header of terabytes', () => Buffer.alloc(16, 127), FormatError, 'expected at most 100000000'),
  weights('with a header that is no JSON', () => Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"w"')]), FormatError, 'weights at byte 8: header is not valid JSON'),
  weights('cut in the data', () => tensors({ w }, 7), FormatError, 'header describes 8 bytes of data, but the file holds 7'),
  weights('with holes', () => tensors({ w: { ...w, data_offsets: [4, 12] } }, 12), FormatError, "'w' leaves a hole after the array before it"),
  weights('with overlaps', () => tensors({ v: w, w: { ...w, data_offsets: [4, 12] } }, 12), FormatError, "'w' overlaps the array before it"),
  weights('with offsets that do not fit the shape', () => tensors({ w: { ...w, shape: [3] } }, 8), FormatError, "'w' has 8 bytes, but F32 [3] takes 12"),
  weights('of negative extents', () => tensors({ w: { ...w, shape: [-2] } }, 8), FormatError, "'w' has the shape [-2], expected non-negative integers"),
  weights('of an unknown dtype', () => tensors({ w: { ...w, dtype: 'F33' } }, 8), FormatError, "has the unknown dtype 'F33'"),
  weights('of other names', () => tensors({ w }, 8), ArraysMismatchError, 'the arrays do not fit the parameters; missing: 0.filter, 0.bias, 1.gamma'),
]);

/** A checkpoint after two epochs, changed. */
async function damaged(damage: (bytes: Buffer) => Uint8Array) {
  using net = smallNet();
  using optimizer = optimizers.sgd({ learningRate: 0.1, momentum: 0.9 });
  const directory = await mkdtemp(path.join(folder, 'run-'));
  const train = (epochs: number, more: object) =>
    fit(net, samples().batch(6), { epochs, optimizer, loss: losses.softmaxCrossEntropy, ...more });
  await train(2, { callbacks: [io.checkpoint({ directory })] });
  const newest = path.join(directory, 'step-00000004.safetensors');
  await writeFile(newest, damage(await readFile(newest)));
  return train(3, { resume: await io.latestCheckpoint(directory) });
}

const replaced = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');

// biome-ignore format: a line per case
refuses('checkpoints', [
  ['that are empty', () => damaged(() => Buffer.alloc(0)), FormatError, /step-00000004.safetensors at byte 0/],
  ['cut in the middle', () => damaged((bytes) => bytes.subarray(0, bytes.length >> 1)), FormatError, /step-00000004.safetensors at byte \d+/],
  ['with a flipped bit', () => damaged((bytes) => { bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 4; return bytes; }), FormatError, 'is corrupt: SHA-256 of the contents is'],
  ['with another step', () => damaged(replaced('\\"step\\":4', '\\"step\\":5')), FormatError, 'is corrupt'],
  ['that are weights', () => damaged(() => formats.encodeSafetensors([['w', { data: new Float32Array(2), shape: [2] }]])), FormatError, 'is no checkpoint'],
  ['that are missing', () => io.loadCheckpoint(path.join(folder, 'none')), ArgumentError, /loadCheckpoint: cannot read '.*none': ENOENT/],
  ['in a folder that is a file', async () => io.latestCheckpoint(await file('taken', '')), ArgumentError, /cannot read the folder '.*taken': ENOTDIR/],
  ['every half step', () => io.checkpoint({ directory: folder, everySteps: 0.5 }), ArgumentError, 'everySteps must be a positive integer, but received 0.5'],
]);
