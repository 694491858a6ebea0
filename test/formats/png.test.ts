import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../lib/formats/png.js';
import { ArgumentError } from '../../lib/tensor/errors.js';

/** CRC-32 bit by bit, as the PNG specification defines it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Reads back what encodePng writes, checking every length and checksum. */
function decode(png: Buffer) {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, end));
    at = end + 4;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(10)]).toEqual([0, 0, 0]);
  expect(header[8]).toBe(8);
  const channels = header[9] === 2 ? 3 : 1;
  const rows = inflateSync(chunks.get('IDAT') as Buffer);
  const data = Array.from({ length: height }, (_, y) => {
    const row = [...rows.subarray(y * (1 + width * channels), (y + 1) * (1 + width * channels))];
    expect(row[0]).toBe(0);
    return row.slice(1);
  }).flat();
  return { width, height, channels, data };
}

describe('png', () => {
  it('round-trips grey and RGB images', () => {
    const images = fc.record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1 as const, 3 as const),
    });
    fc.assert(
      fc.property(images, fc.uint8Array({ minLength: 243, maxLength: 243 }), (image, samples) => {
        const data = samples.subarray(0, image.width * image.height * image.channels);
        expect(decode(Buffer.from(encodePng({ ...image, data })))).toEqual({ ...image, data: [...data] });
      }),
    );
  });

  it.each([
    [
      { width: 0, height: 1, channels: 1, data: new Uint8Array(0) },
      'encodePng: width must be a positive integer, but received 0',
    ],
    [
      { width: 1, height: 1, channels: 4, data: new Uint8Array(4) },
      'encodePng: channels must be 1 or 3, but received 4',
    ],
    [
      { width: 2, height: 3, channels: 3, data: new Uint8Array(6) },
      'encodePng: 3 × 2 × 3 image takes 18 samples, but received 6',
    ],
  ])('rejects %j', (image, message) => {
    expect(() => encodePng(image as never)).toThrow(new ArgumentError(message));
  });
});
