// The fixtures come from scipy 1.10.1:
//
//   X = (np.arange(32 * 32 * 3 * 3) * 7 % 251).reshape(32, 32, 3, 3).astype(np.uint8); y = np.uint8([[1], [10], [9]])
//   for name, c in ('plain', False), ('compressed', True):
//     savemat(name + '_32x32.mat', {'X': X, 'y': y, 'note': 'text', 'scale': np.array([[0.5, -2]])}, do_compression=c)
import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMat } from '../../lib/formats/index.js';
import { FormatError } from '../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from './damage.js';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/svhn/${name}`, import.meta.url));
const files = { plain: fixture('plain_32x32.mat'), compressed: fixture('compressed_32x32.mat') };

describe('decodeMat', () => {
  it.each(Object.entries(files))(
    'reads the numeric variables of a %s file, in column-major order',
    async (_, bytes) => {
      const arrays = await decodeMat(bytes);
      expect([...arrays.keys()]).toEqual(['X', 'y', 'scale']);
      const X = arrays.get('X');
      expect(X?.shape).toEqual([32, 32, 3, 3]);
      const at = (h: number, w: number, c: number, n: number) => X?.data[h + 32 * (w + 32 * (c + 3 * n))];
      const written = (h: number, w: number, c: number, n: number) => ((((h * 32 + w) * 3 + c) * 3 + n) * 7) % 251;
      for (const index of [
        [0, 0, 0, 0],
        [1, 2, 0, 1],
        [31, 5, 2, 2],
        [7, 31, 1, 0],
      ] as [number, number, number, number][])
        expect(at(...index)).toBe(written(...index));
      expect(arrays.get('y')).toEqual({ data: Uint8Array.of(1, 10, 9), shape: [3, 1] });
      expect(arrays.get('scale')).toEqual({ data: Float64Array.of(0.5, -2), shape: [1, 2] });
    },
  );

  it('reads big-endian files', async () => {
    const words = (...values: number[]) => {
      const out = Buffer.alloc(4 * values.length);
      values.forEach((value, i) => {
        out.writeUInt32BE(value, 4 * i);
      });
      return out;
    };
    const matrix = Buffer.concat([
      words(6, 8, 12, 0), // flags: int32
      words(5, 8, 1, 2), // [1, 2]
      words(0x0001_0001, 0x7a00_0000), // small: name 'z'
      words(5, 8, 0xffff_fffe, 258),
    ]);
    const header = Buffer.from(files.plain.subarray(0, 128));
    header.writeUInt16BE(0x0100, 124);
    header.write('MI', 126);
    const arrays = await decodeMat(Buffer.concat([header, words(14, matrix.length), matrix]));
    expect(arrays.get('z')).toEqual({ data: Int32Array.of(-2, 258), shape: [1, 2] });
  });

  it('names what is wrong, and where', async () => {
    const broken = (change: (bytes: Buffer) => void, bytes = files.plain) => {
      const copy = Buffer.from(bytes);
      change(copy);
      return decodeMat(copy, { file: 'a.mat' });
    };
    await expect(decodeMat(new Uint8Array(7), { file: 'a.mat' })).rejects.toThrow(
      new FormatError('a.mat', 7, 'ends within the 128 bytes of the header'),
    );
    await expect(broken((bytes) => bytes.write('XX', 126))).rejects.toThrow('a.mat at byte 126: endian mark is "XX"');
    await expect(broken((bytes) => bytes.write('MATLAB 7.3 MAT-file', 0))).rejects.toThrow('is an HDF5 file');
    await expect(broken((bytes) => bytes.writeUInt32LE(0xffffffff, 132))).rejects.toThrow(
      'a.mat at byte 132: an element announces 4294967295 bytes',
    );
    await expect(broken((bytes) => bytes.writeUInt32LE(99, 128))).rejects.toThrow('element of type 99');
    await expect(decodeMat(files.plain, { file: 'a.mat', names: ['Z'] })).rejects.toThrow(
      "has no variable 'Z'; it has X, y, note, scale",
    );
    await expect(decodeMat(files.plain, { names: ['note'] })).rejects.toThrow('is of class char, expected numbers');
  });

  it('refuses extents that the compressed bytes cannot hold', async () => {
    const length = files.compressed.readUInt32LE(132);
    const inner = Buffer.from(inflateSync(files.compressed.subarray(136, 136 + length)));
    inner.writeUInt32LE(0x7fffff00, 4);
    const bomb = deflateSync(inner);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(bomb.length, 4);
    await expect(decodeMat(Buffer.concat([files.compressed.subarray(0, 128), tag, bomb]))).rejects.toThrow(
      /announces 2147483400 bytes, more than \d+ compressed bytes can hold/,
    );
  });

  it.each(Object.entries(files))('meets damage to a %s file with a FormatError or an array', async (_, bytes) => {
    await fc.assert(
      fc.asyncProperty(damage(bytes, 400), (damaged) => expectTypedFailure(() => decodeMat(damaged))),
      { numRuns: 150 },
    );
  });
});
