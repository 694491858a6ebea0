import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIdx, encodeIdx } from '../../lib/formats/idx.js';
import { ArgumentError, FormatError } from '../../lib/tensor/errors.js';

const pixels = Uint8Array.from({ length: 12 }, (_, i) => i);
const raw = encodeIdx(pixels, [3, 2, 2]);
const zipped = gzipSync(raw);
const with32 = (magic: number[], ...extents: number[]) =>
  Buffer.concat([
    Uint8Array.from(magic),
    ...extents.map((extent) => Buffer.from(Uint32Array.of(extent).buffer).swap32()),
  ]);

describe('idx', () => {
  it('round-trips every element type, raw and gzip', async () => {
    const data = fc.oneof(fc.uint8Array(), fc.int32Array(), fc.float32Array(), fc.float64Array());
    await fc.assert(
      fc.asyncProperty(data, fc.boolean(), async (data, compress) => {
        const bytes = encodeIdx(data, [data.length, 1]);
        const decoded = await decodeIdx(compress ? gzipSync(bytes) : bytes);
        expect(decoded.shape).toEqual([data.length, 1]);
        expect(decoded.data).toEqual(data);
      }),
    );
  });

  it('is big-endian as published', async () => {
    expect([...raw.subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2]);
    expect([...encodeIdx(Int32Array.of(-2), []).subarray(4)]).toEqual([255, 255, 255, 254]);
  });

  it('widens int8 and int16 to int32', async () => {
    const int8 = Buffer.concat([with32([0, 0, 9, 1], 2), Uint8Array.of(0xff, 0x7f)]);
    const int16 = Buffer.concat([with32([0, 0, 11, 1], 2), Uint8Array.of(0xff, 0xfe, 1, 0)]);
    expect(await decodeIdx(int8)).toEqual({ data: Int32Array.of(-1, 127), shape: [2], dtype: 'int32' });
    expect(await decodeIdx(int16)).toEqual({ data: Int32Array.of(-2, 256), shape: [2], dtype: 'int32' });
  });

  it('gives plain Uint8Arrays, not Buffers', async () => {
    for (const bytes of [Buffer.from(raw), zipped]) expect((await decodeIdx(bytes)).data.constructor).toBe(Uint8Array);
  });

  const cut = (bytes: Uint8Array, length: number) => bytes.subarray(0, length);
  it.each<[string, Uint8Array, number, string]>([
    ['an empty file', new Uint8Array(0), 0, 'ends within the 4 bytes of the magic number'],
    [
      'a PNG file',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      0,
      'magic number is 89 50 4e 47, expected 00 00 <type> <rank>',
    ],
    [
      'an unknown type',
      Uint8Array.of(0, 0, 10, 1),
      2,
      'magic number 00 00 0a 01 has element type 10, expected 8, 9, 11, 12, 13 or 14',
    ],
    ['missing extents', cut(raw, 10), 10, 'ends within the 3 extents'],
    ['missing data', cut(raw, 27), 27, 'ends early: [3, 2, 2] of 1-byte elements take 28 bytes, but the file has 27'],
    [
      'data left over',
      Buffer.concat([raw, raw]),
      28,
      'goes on after its data: [3, 2, 2] of 1-byte elements take 28 bytes, but the file has 56',
    ],
    [
      'absurd extents',
      with32([0, 0, 8, 2], 2 ** 31, 2 ** 31),
      4,
      'extents [2147483648, 2147483648] describe more bytes than a file has',
    ],
    ['a gzip cut short', cut(zipped, zipped.length - 9), 0, 'compressed data is corrupt: unexpected end of file'],
    ['a gzip with no data', cut(zipped, 10), 0, 'ends within the 4 bytes of the magic number'],
    ['a gzip of less data', gzipSync(cut(raw, 27)), 0, 'compressed data inflates to 27 bytes, expected 28'],
    [
      'a gzip of more data',
      gzipSync(Buffer.concat([raw, raw])),
      0,
      'compressed data inflates to more than the 28 bytes announced',
    ],
    ['a gzip of too large extents', gzipSync(with32([0, 0, 8, 1], 2 ** 30)), 0, ''],
  ])('rejects %s', async (_, bytes, offset, problem) => {
    const rejection = expect(decodeIdx(bytes, 't.gz')).rejects;
    if (problem) await rejection.toThrow(new FormatError('t.gz', offset, problem));
    else
      await rejection.toThrow(/^t\.gz at byte 0: announces 1073741832 bytes, more than \d+ compressed bytes can hold$/);
  });

  it('inflates a bomb no further than its header says', async () => {
    const bomb = gzipSync(Buffer.concat([raw, Buffer.alloc(200e6)]));
    const before = process.memoryUsage().rss;
    await expect(decodeIdx(bomb)).rejects.toThrow('inflates to more than the 28 bytes announced');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('answers every corruption with a FormatError or another array, never a crash', async () => {
    const only = async (bytes: Uint8Array) => {
      try {
        await decodeIdx(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array(), only));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(raw, zipped),
        fc.nat(),
        fc.nat(255),
        fc.nat(),
        async (original, at, byte, length) => {
          await expect(decodeIdx(cut(original, length % original.length))).rejects.toThrow(FormatError);
          const bytes = Uint8Array.from(original);
          bytes[at % bytes.length] = byte;
          await only(bytes);
        },
      ),
    );
  });

  it('refuses shapes that do not fit', () => {
    expect(() => encodeIdx(pixels, [5])).toThrow(
      new ArgumentError('encodeIdx: shape [5] does not fit 12 elements, 255 axes of uint32'),
    );
  });
});
