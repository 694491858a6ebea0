// PNG (https://www.w3.org/TR/png-3/): signature, then chunks of [u32 length][type][data][u32 CRC-32 of type and data], big-endian.
// Written here: 8 bits per sample, grey or RGB, one IDAT chunk, every row with filter type 0 (none).
import { crc32, deflateSync } from 'node:zlib';
import { checkInteger } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';

/** An image of 8-bit samples in row-major [height, width, channels] order. */
export interface Image8 {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: RGB */
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint8ClampedArray;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Encodes an image as the bytes of a PNG file.
 *
 * @throws ArgumentError when `data` does not hold width × height × channels samples.
 * @example
 * await writeFile('digit.png', encodePng({ width: 28, height: 28, channels: 1, data: pixels }));
 */
export function encodePng({ width, height, channels, data }: Image8): Uint8Array {
  checkInteger('encodePng', 'width', width);
  checkInteger('encodePng', 'height', height);
  if (channels !== 1 && channels !== 3)
    throw new ArgumentError(`encodePng: channels must be 1 or 3, but received ${channels}`);
  const row = width * channels;
  if (data.length !== height * row) {
    throw new ArgumentError(
      `encodePng: ${height} × ${width} × ${channels} image takes ${height * row} samples, but received ${data.length}`,
    );
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 1 ? 0 : 2], 8); // bit depth, colour type
  const filtered = new Uint8Array(height * (1 + row));
  for (let y = 0; y < height; y++) filtered.set(data.subarray(y * row, (y + 1) * row), y * (1 + row) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filtered)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
