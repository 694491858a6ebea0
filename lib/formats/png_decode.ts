// Reading PNG (https://www.w3.org/TR/png-3/): every colour type and bit depth, plain or interlaced (Adam7), to 8-bit samples.
//
//   file    signature | IHDR | … | PLTE | tRNS | … | IDAT … | IEND,   chunk = u32 length | type | data | u32 CRC-32, big-endian
//   pixels  zlib stream of rows, each a filter type and the differences that filter leaves
//
// Sixteen bits are rounded to eight, fewer are spread over 0 … 255; transparency (tRNS) becomes an alpha channel.
import { crc32 } from 'node:zlib';
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { FormatError } from '../tensor/errors.js';
import { inflateExactly } from './inflate.js';
import { expandRow, type PixelFormat } from './png_pixels.js';

/** A decoded image: 8-bit samples in row-major [height, width, channels] order. */
export interface DecodedPng {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}

/** Options of {@link decodePng}. */
export interface DecodePngOptions {
  /** The name error messages give the bytes. Default 'png'. */
  readonly file?: string;
  /** Largest width × height that is decoded. Default 2²⁸. */
  readonly maxPixels?: number;
}

interface Header extends PixelFormat {
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
}

/** The pixels (x₀ + i·dx, y₀ + j·dy) that one pass over the image holds. */
type Pass = readonly [x0: number, y0: number, dx: number, dy: number];

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const samplesOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const depthsOf: Record<number, readonly number[]> = {
  ...{ 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] },
};
const whole: readonly Pass[] = [[0, 0, 1, 1]];
// biome-ignore format: the table of the standard
const adam7: readonly Pass[] = [
  [0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2],
];

/**
 * Decodes a PNG file. Never inflates more than its header announces.
 *
 * @throws FormatError (rejects with) for files that are truncated, corrupt, of another kind, or larger than `maxPixels`.
 * @throws ArgumentError (rejects with) for invalid options.
 * @example
 * const { width, height, channels, data } = await decodePng(await readFile('digit.png'), { file: 'digit.png' });
 */
export async function decodePng(bytes: Uint8Array, options: DecodePngOptions = {}): Promise<DecodedPng> {
  checkOptions('decodePng', options, ['file', 'maxPixels']);
  const { file = 'png', maxPixels = 2 ** 28 } = options;
  checkInteger('decodePng', 'maxPixels', maxPixels);
  const { header, compressed, dataOffset } = readChunks(bytes, file, maxPixels);
  const passes = (header.interlaced ? adam7 : whole)
    .map(([x0, y0, dx, dy]) => ({
      ...{ x0, y0, dx, dy },
      width: Math.ceil((header.width - x0) / dx),
      height: Math.ceil((header.height - y0) / dy),
    }))
    .filter(({ width, height }) => width > 0 && height > 0);
  const bits = header.depth * header.samples;
  const total = passes.reduce((sum, { width, height }) => sum + height * (1 + Math.ceil((width * bits) / 8)), 0);
  const rows = await inflateExactly(compressed, total, file, dataOffset);
  const { width, height, channels } = header;
  const data = new Uint8Array(width * height * channels);
  let at = 0;
  for (const pass of passes) {
    const length = Math.ceil((pass.width * bits) / 8);
    let above = new Uint8Array(length);
    const expanded = pass.dx === 1 && pass.x0 === 0 ? undefined : new Uint8Array(pass.width * channels);
    for (let j = 0; j < pass.height; j++) {
      const row = rows.subarray(at + 1, at + 1 + length);
      unfilter(rows[at] as number, row, above, Math.max(1, bits >> 3), file, dataOffset);
      above = row as Uint8Array<ArrayBuffer>;
      at += 1 + length;
      const start = (pass.y0 + j * pass.dy) * width * channels;
      const into = expanded ?? data.subarray(start, start + width * channels);
      if (!expandRow(row, into, pass.width, header))
        throw new FormatError(
          file,
          dataOffset,
          `a pixel has a colour beyond the ${header.palette?.length} of the palette`,
        );
      if (expanded === undefined) continue;
      for (let i = 0; i < pass.width; i++)
        data.set(expanded.subarray(i * channels, (i + 1) * channels), start + (pass.x0 + i * pass.dx) * channels);
    }
  }
  return { width, height, channels, data };
}

function readChunks(bytes: Uint8Array, file: string, maxPixels: number) {
  const wrong = SIGNATURE.findIndex((byte, i) => bytes[i] !== byte);
  if (wrong >= 0) throw new FormatError(file, Math.min(wrong, bytes.length), 'is not a PNG file: wrong signature');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const parts: Uint8Array[] = [];
  let dataOffset = 0;
  for (let at = 8; ; ) {
    if (bytes.length < at + 12) throw new FormatError(file, bytes.length, 'ends within a chunk, before IEND');
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12)
      throw new FormatError(file, at, `a chunk announces ${length} bytes, but ${bytes.length - at - 12} are left`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      throw new FormatError(file, at, `CRC of chunk ${JSON.stringify(type)} is wrong`);
    if ((header === undefined) !== (type === 'IHDR'))
      throw new FormatError(
        file,
        at,
        `chunk ${JSON.stringify(type)} where ${header ? 'no second' : 'the'} IHDR belongs`,
      );
    if (type === 'IEND') break;
    if (type === 'IHDR') header = readHeader(data, file, at + 8, maxPixels);
    else if (type === 'PLTE') palette = data;
    else if (type === 'tRNS') transparency = data;
    else if (type === 'IDAT') {
      if (parts.length === 0) dataOffset = at + 8;
      parts.push(data);
    } else if (/^[A-Z]/.test(type))
      throw new FormatError(file, at, `critical chunk ${JSON.stringify(type)} is unknown`);
    at += 12 + length;
  }
  if (header === undefined || parts.length === 0) throw new FormatError(file, bytes.length, 'holds no image data');
  const compressed = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  return { header: withColours(header, palette, transparency, file), compressed, dataOffset };
}

function readHeader(data: Uint8Array, file: string, offset: number, maxPixels: number): Header {
  if (data.length !== 13) throw new FormatError(file, offset, `IHDR has ${data.length} bytes, expected 13`);
  const view = new DataView(data.buffer, data.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, compression, filter, interlace] = data.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (width === 0 || height === 0) throw new FormatError(file, offset, `image is ${width} × ${height}`);
  if (width * height > maxPixels)
    throw new FormatError(file, offset, `image is ${width} × ${height}, more than the limit of ${maxPixels} pixels`);
  const samples = samplesOf[colour];
  if (samples === undefined || !depthsOf[colour]?.includes(depth))
    throw new FormatError(file, offset + 8, `${depth} bits of colour type ${colour} is no PNG format`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw new FormatError(
      file,
      offset + 10,
      `compression ${compression}, filter ${filter}, interlace ${interlace} is unknown`,
    );
  const channels = colour === 3 ? 3 : (samples as 1 | 2 | 3 | 4);
  return { width, height, depth, samples, channels, interlaced: interlace === 1, indexed: colour === 3 };
}

/** Adds palette and transparency, which decide about the channels. */
function withColours(
  header: Header,
  palette: Uint8Array | undefined,
  alphas: Uint8Array | undefined,
  file: string,
): Header {
  if (header.indexed) {
    if (palette === undefined || palette.length % 3 !== 0 || palette.length === 0 || palette.length > 768)
      throw new FormatError(file, 33, 'has no palette of 1 to 256 colours');
    const colours = Array.from({ length: palette.length / 3 }, (_, i) => [
      ...palette.subarray(3 * i, 3 * i + 3),
      ...(alphas ? [alphas[i] ?? 255] : []),
    ]);
    return { ...header, palette: colours, channels: alphas ? 4 : 3 };
  }
  if (alphas === undefined || header.channels === 2 || header.channels === 4) return header;
  if (alphas.length !== 2 * header.samples)
    throw new FormatError(file, 33, `tRNS has ${alphas.length} bytes, expected ${2 * header.samples}`);
  const transparent = Array.from(
    { length: header.samples },
    (_, i) => (alphas[2 * i] as number) * 256 + (alphas[2 * i + 1] as number),
  );
  return { ...header, transparent, channels: (header.channels + 1) as 2 | 4 };
}

/** Undoes a row's filter in place; `left` is the distance in bytes to the pixel before. */
function unfilter(type: number, row: Uint8Array, above: Uint8Array, left: number, file: string, offset: number): void {
  const n = row.length;
  if (type === 0) return;
  if (type === 1) for (let i = left; i < n; i++) row[i] = (row[i] as number) + (row[i - left] as number);
  else if (type === 2) for (let i = 0; i < n; i++) row[i] = (row[i] as number) + (above[i] as number);
  else if (type === 3) {
    for (let i = 0; i < n; i++)
      row[i] = (row[i] as number) + (((i < left ? 0 : (row[i - left] as number)) + (above[i] as number)) >> 1);
  } else if (type === 4) {
    for (let i = 0; i < n; i++) {
      const a = i < left ? 0 : (row[i - left] as number);
      const b = above[i] as number;
      const c = i < left ? 0 : (above[i - left] as number);
      const pa = Math.abs(b - c);
      const pb = Math.abs(a - c);
      const pc = Math.abs(a + b - 2 * c);
      row[i] = (row[i] as number) + (pa <= pb && pa <= pc ? a : pb <= pc ? b : c); // Paeth's predictor
    }
  } else throw new FormatError(file, offset, `a row has filter type ${type}, expected 0 to 4`);
}
