import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePng, encodePng } from '../../lib/formats/index.js';
import { FormatError } from '../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from './damage.js';

const chunk = (type: string, data: Uint8Array) => {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
};
const header = (width: number, height: number, depth: number, colour: number, interlace = 0) => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, interlace], 8);
  return chunk('IHDR', data);
};
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
const file = (...chunks: Uint8Array[]) => Buffer.concat([signature, ...chunks, chunk('IEND', Buffer.alloc(0))]);
const rows = (...bytes: number[]) => chunk('IDAT', deflateSync(Buffer.from(bytes)));
const pixelsOf = async (bytes: Uint8Array) => {
  const { channels, data } = await decodePng(bytes);
  return [channels, ...data];
};

/** The filters of the standard, forwards. */
function filterRow(type: number, row: Uint8Array, above: Uint8Array, left: number): number[] {
  return Array.from(row, (value, i) => {
    const a = i < left ? 0 : (row[i - left] as number);
    const b = above[i] as number;
    const c = i < left ? 0 : (above[i - left] as number);
    const p = a + b - c;
    const nearest = [a, b, c].reduce((best, next) => (Math.abs(p - next) < Math.abs(p - best) ? next : best));
    return (value - ([0, a, b, (a + b) >> 1, nearest][type] as number)) & 255;
  });
}

describe('decodePng', () => {
  it('reads back what encodePng writes', async () => {
    const image = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom<1 | 3>(1, 3),
    );
    await fc.assert(
      fc.asyncProperty(image, fc.nat(255), async ([width, height, channels], start) => {
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => start + 37 * i);
        expect(await decodePng(encodePng({ width, height, channels, data }))).toEqual({
          width,
          height,
          channels,
          data,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('undoes every filter', async () => {
    const [width, height] = [5, 9];
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31) % 256);
    const filtered: number[] = [];
    for (let j = 0; j < height; j++) {
      const row = pixels.subarray(j * 15, (j + 1) * 15);
      const above = j === 0 ? new Uint8Array(15) : pixels.subarray((j - 1) * 15, j * 15);
      filtered.push(j % 5, ...filterRow(j % 5, row, above, 3));
    }
    const { data } = await decodePng(file(header(width, height, 8, 2), rows(...filtered)));
    expect(data).toEqual(pixels);
  });

  it('reads every depth and colour type as 8-bit samples', async () => {
    expect(await pixelsOf(file(header(5, 1, 1, 0), rows(0, 0b10110000)))).toEqual([1, 255, 0, 255, 255, 0]);
    expect(await pixelsOf(file(header(3, 1, 2, 0), rows(0, 0b00011100)))).toEqual([1, 0, 85, 255]);
    expect(await pixelsOf(file(header(3, 1, 4, 0), rows(0, 0x0f, 0x10)))).toEqual([1, 0, 255, 17]);
    expect(await pixelsOf(file(header(2, 1, 16, 0), rows(0, 0xff, 0xff, 0x01, 0x80)))).toEqual([1, 255, 1]);
    expect(await pixelsOf(file(header(1, 1, 8, 4), rows(0, 7, 9)))).toEqual([2, 7, 9]);
    expect(await pixelsOf(file(header(1, 1, 8, 6), rows(0, 1, 2, 3, 4)))).toEqual([4, 1, 2, 3, 4]);
    const palette = chunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6]));
    expect(await pixelsOf(file(header(3, 1, 1, 3), palette, rows(0, 0b01000000)))).toEqual([
      3, 1, 2, 3, 4, 5, 6, 1, 2, 3,
    ]);
    const alphas = chunk('tRNS', Buffer.from([128]));
    expect(await pixelsOf(file(header(2, 1, 1, 3), palette, alphas, rows(0, 0b01000000)))).toEqual([
      ...[4, 1, 2, 3, 128, 4, 5, 6, 255],
    ]);
    const transparent = chunk('tRNS', Buffer.from([0, 7]));
    expect(await pixelsOf(file(header(2, 1, 8, 0), transparent, rows(0, 7, 8)))).toEqual([2, 7, 0, 8, 255]);
  });

  it('reads interlaced images', async () => {
    // 3 × 3: passes 1 (0,0), 4 (2,0), 5 (0,2) and (2,2), 6 (1,0) and (1,2), 7 row 1
    const bytes = rows(0, 0, 0, 2, 0, 6, 8, 0, 1, 0, 7, 0, 3, 4, 5);
    expect(await pixelsOf(file(header(3, 3, 8, 0, 1), bytes))).toEqual([1, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('names what is wrong, and where', async () => {
    const good = encodePng({ width: 2, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) });
    const fails = (bytes: Uint8Array, options = {}) => expect(decodePng(bytes, { file: 'a.png', ...options })).rejects;
    await fails(Buffer.from('GIF89a')).toThrow(new FormatError('a.png', 0, 'is not a PNG file: wrong signature'));
    await fails(good.subarray(0, good.length - 3)).toThrow(/^a.png at byte \d+: a chunk announces|ends within a chunk/);
    await fails(Buffer.from(good).fill(9, 18, 19)).toThrow('a.png at byte 8: CRC of chunk "IHDR" is wrong');
    await fails(good, { maxPixels: 3 }).toThrow('image is 2 × 2, more than the limit of 3 pixels');
    await fails(file(header(9999, 9999, 16, 2), rows(0))).toThrow('more than 9 compressed bytes can hold');
    await fails(file(header(1, 2, 8, 0), rows(0, 1))).toThrow('inflates to 2 bytes, expected 4');
    await fails(file(header(1, 1, 8, 0), rows(0, 1, 0))).toThrow('inflates to more than the 2 bytes announced');
    await fails(file(header(1, 1, 8, 0), rows(5, 1))).toThrow('a row has filter type 5, expected 0 to 4');
    await fails(file(header(1, 1, 4, 2), rows(0, 1))).toThrow('4 bits of colour type 2 is no PNG format');
    await fails(file(header(1, 1, 8, 3), rows(0, 1))).toThrow('has no palette of 1 to 256 colours');
    await fails(file(header(1, 1, 8, 3), chunk('PLTE', Buffer.alloc(3)), rows(0, 1))).toThrow('colour beyond the 1 of');
  });

  it('meets damage with a FormatError or an image', async () => {
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * 37) % 256);
    const bytes = encodePng({ width: 16, height: 16, channels: 3, data });
    await fc.assert(
      fc.asyncProperty(damage(bytes, 60), (damaged) => expectTypedFailure(() => decodePng(damaged))),
      { numRuns: 200 },
    );
    // The same behind sums that are right: only what they protect is damaged.
    const content = deflateSync(data.subarray(0, 16 * 49));
    await fc.assert(
      fc.asyncProperty(damage(content, 20), (damaged) =>
        expectTypedFailure(() => decodePng(file(header(16, 16, 8, 2), chunk('IDAT', damaged)))),
      ),
      { numRuns: 100 },
    );
  });
});
