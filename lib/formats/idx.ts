// IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist): big-endian
//
//   u16 0 | u8 element type | u8 rank | rank × u32 extents | row-major elements
//
// raw, or compressed by gzip. Types: 08 uint8, 09 int8, 0B int16, 0C int32, 0D float32, 0E float64; int8 and int16 widen to int32.
import type { HostDType, TypedArray } from '../tensor/dtype.js';
import { allocateTypedArray, dtypeOf } from '../tensor/dtype.js';
import { ArgumentError, FormatError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { checkRatio, inflateExactly, inflatePrefix } from './inflate.js';

/** The array an IDX file holds. */
export interface IdxArray {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: HostDType;
}

interface ElementType {
  readonly bytes: number;
  readonly dtype: HostDType;
  readonly read: (view: DataView, offset: number) => number;
}

/** What the beginning of an IDX file says of the rest. */
export interface IdxHeader {
  readonly type: ElementType;
  readonly shape: Shape;
  /** Whether the file is compressed; the numbers below count the bytes it inflates to. */
  readonly compressed: boolean;
  /** Where the elements begin. */
  readonly dataStart: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

const elementTypes: Record<number, ElementType> = {
  8: { bytes: 1, dtype: 'uint8', read: (view, offset) => view.getUint8(offset) },
  9: { bytes: 1, dtype: 'int32', read: (view, offset) => view.getInt8(offset) },
  11: { bytes: 2, dtype: 'int32', read: (view, offset) => view.getInt16(offset) },
  12: { bytes: 4, dtype: 'int32', read: (view, offset) => view.getInt32(offset) },
  13: { bytes: 4, dtype: 'float32', read: (view, offset) => view.getFloat32(offset) },
  14: { bytes: 8, dtype: 'float64', read: (view, offset) => view.getFloat64(offset) },
};

/** Bytes at the beginning of a file, compressed or not, that surely hold the at most 1024 bytes of its header. */
export const IDX_PREFIX = 16_384;

/**
 * Decodes an IDX file, raw or gzip; uint8 data becomes a view of the (uncompressed) bytes. Never inflates more than the header announces.
 *
 * @param file the name error messages give the bytes
 * @throws FormatError (rejects with) for a wrong magic number, an unknown element type, and a length that is not the header's.
 * @example
 * const { data, shape } = await decodeIdx(await readFile('train-images-idx3-ubyte.gz'));
 * shape; // [60000, 28, 28]
 */
export async function decodeIdx(bytes: Uint8Array, file = 'idx'): Promise<IdxArray> {
  const header = decodeIdxHeader(bytes, bytes.length, file);
  if (!header.compressed) checkIdxLength(header, bytes.length, file);
  const whole = header.compressed ? await inflateExactly(bytes, header.total, file, 0) : bytes;
  return {
    data: decodeElements(whole.subarray(header.dataStart), header),
    shape: header.shape,
    dtype: header.type.dtype,
  };
}

/**
 * Encodes an array as a raw IDX file.
 *
 * @throws DTypeError for arrays no tensor can hold.
 * @throws ArgumentError for a shape that does not fit the data, or that IDX cannot hold.
 */
export function encodeIdx(data: TypedArray, shape: Shape): Uint8Array {
  if (elementCount(shape) !== data.length || shape.length > 255 || shape.some((extent) => extent !== extent >>> 0)) {
    throw new ArgumentError(
      `encodeIdx: shape ${formatShape(shape)} does not fit ${data.length} elements, 255 axes of uint32`,
    );
  }
  const code = { uint8: 8, int32: 12, float32: 13, float64: 14 }[dtypeOf(data)];
  const dataStart = 4 + 4 * shape.length;
  const bytes = new Uint8Array(dataStart + data.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, code, shape.length]);
  shape.forEach((extent, axis) => {
    view.setUint32(4 + 4 * axis, extent);
  });
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart);
  const size = data.BYTES_PER_ELEMENT;
  for (let at = dataStart; size > 1 && at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}

/**
 * Reads what an IDX file announces, from its first bytes.
 *
 * @param prefix `IDX_PREFIX` bytes, or all there are @param size bytes of the whole file as it is stored
 * @throws FormatError for a wrong magic number, an unknown element type, and extents that no such file can hold
 */
export function decodeIdxHeader(prefix: Uint8Array, size: number, file: string): IdxHeader {
  const compressed = prefix[0] === 0x1f && prefix[1] === 0x8b;
  const header = decodeHeader(compressed ? inflatePrefix(prefix, file, 0) : prefix, file);
  if (compressed) checkRatio(size, header.total, file, 0);
  return { ...header, compressed };
}

/** @throws FormatError unless a file that is not compressed has as many bytes as its header announces */
export function checkIdxLength({ shape, type, total }: IdxHeader, length: number, file: string): void {
  if (length === total) return;
  const problem = length < total ? 'ends early' : 'goes on after its data';
  const elements = `${formatShape(shape)} of ${type.bytes}-byte elements`;
  throw new FormatError(
    file,
    Math.min(length, total),
    `${problem}: ${elements} take ${total} bytes, but the file has ${length}`,
  );
}

function decodeHeader(bytes: Uint8Array, file: string): Omit<IdxHeader, 'compressed'> {
  const fail = (offset: number, problem: string): never => {
    throw new FormatError(file, offset, problem);
  };
  if (bytes.length < 4) fail(bytes.length, 'ends within the 4 bytes of the magic number');
  const [zero0, zero1, code, rank] = bytes as unknown as [number, number, number, number];
  const magic = [zero0, zero1, code, rank].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (zero0 !== 0 || zero1 !== 0) fail(0, `magic number is ${magic}, expected 00 00 <type> <rank>`);
  const type =
    elementTypes[code] ?? fail(2, `magic number ${magic} has element type ${code}, expected 8, 9, 11, 12, 13 or 14`);
  const dataStart = 4 + 4 * rank;
  if (bytes.length < dataStart) fail(bytes.length, `ends within the ${rank} extents`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const total = dataStart + elementCount(shape) * type.bytes;
  if (!(total < Number.MAX_SAFE_INTEGER)) fail(4, `extents ${formatShape(shape)} describe more bytes than a file has`);
  return { type, shape, dataStart, total };
}

function decodeElements(bytes: Uint8Array, { type: { bytes: size, dtype, read } }: IdxHeader): TypedArray {
  if (dtype === 'uint8') return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length); // bytes may be a Buffer
  const data = allocateTypedArray(dtype, bytes.length / size);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < data.length; i++) data[i] = read(view, i * size);
  return data;
}
