// safetensors: named arrays in one file (https://huggingface.co/docs/safetensors).
//
//   u64 little-endian  N, length of the header
//   N bytes            JSON: { "__metadata__"?: { string: string }, name: { "dtype", "shape", "data_offsets": [begin, end] } }
//   the rest           row-major little-endian elements; offsets count from here, without holes or overlaps
//
// Written so that every array is aligned to its element size and the data to 8 bytes: the header is padded with spaces,
// arrays stand in the order of falling element size, then name.
import { show } from '../tensor/arguments.js';
import type { HostDType, TypedArray } from '../tensor/dtype.js';
import { dtypeOf } from '../tensor/dtype.js';
import { ArgumentError, FormatError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { halfToFloat, viewAs } from './elements.js';
import { findDuplicateKey } from './json_keys.js';

/** One array of a file: row-major elements and their shape. */
export interface NamedArray {
  readonly data: TypedArray;
  readonly shape: Shape;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

const MAX_HEADER = 100_000_000;
const written: Record<HostDType, string> = { float32: 'F32', float64: 'F64', int32: 'I32', uint8: 'U8' };
const bytesOf: Record<string, number> = {
  ...{ F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, I16: 2, U16: 2 },
  ...{ I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1 },
};

/** How the dtypes that can be read become typed arrays; half precisions widen to float32, int64 narrows to int32. */
const readers: Record<string, (bytes: Uint8Array, fail: (problem: string) => never) => TypedArray> = {
  F64: (bytes) => viewAs(Float64Array, bytes),
  F32: (bytes) => viewAs(Float32Array, bytes),
  I32: (bytes) => viewAs(Int32Array, bytes),
  U8: (bytes) => viewAs(Uint8Array, bytes),
  BOOL: (bytes) => viewAs(Uint8Array, bytes),
  F16: (bytes) => Float32Array.from(viewAs(Uint16Array, bytes), halfToFloat),
  BF16: (bytes) => new Float32Array(Uint32Array.from(viewAs(Uint16Array, bytes), (bits) => bits << 16).buffer),
  I64: (bytes, fail) =>
    Int32Array.from(viewAs(BigInt64Array, bytes), (value) =>
      BigInt.asIntN(32, value) === value ? Number(value) : fail(`holds ${value}, which int32 cannot hold`),
    ),
};

/**
 * Encodes arrays as a safetensors file, in pieces that can be written one after the other without copying the arrays.
 *
 * @throws ArgumentError for names or metadata the format cannot hold, and for shapes that do not fit their data.
 */
export function safetensorsPieces(
  arrays: Iterable<readonly [string, NamedArray]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const sorted = [...arrays].sort(
    ([a, { data: x }], [b, { data: y }]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : a > b ? 1 : 0),
  );
  const header: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string')
      throw new ArgumentError(`safetensors: metadata.${key} must be a string, but received ${show(value)}`);
  }
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  for (const [name, { data, shape }] of sorted) {
    if (name === '__metadata__') throw new ArgumentError(`safetensors: the name '__metadata__' is reserved`);
    if (name in header) throw new ArgumentError(`safetensors: two arrays are named '${name}'`);
    if (elementCount(shape) !== data.length) {
      throw new ArgumentError(`safetensors: '${name}' has shape ${formatShape(shape)} but ${data.length} elements`);
    }
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: written[dtypeOf(data)], shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = new Uint8Array(8 * Math.ceil((8 + json.length) / 8)).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true);
  start.set(json, 8);
  return [start, ...sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/**
 * Encodes arrays as the bytes of a safetensors file.
 *
 * @param metadata strings stored beside the arrays; default none
 * @throws ArgumentError for names or metadata the format cannot hold, and for shapes that do not fit their data.
 * @example
 * const bytes = encodeSafetensors([['dense.bias', { data: new Float32Array(10), shape: [10] }]], { epoch: '3' });
 * const { arrays, metadata } = decodeSafetensors(bytes);
 * arrays.get('dense.bias')?.shape; // [10]
 */
export function encodeSafetensors(
  arrays: Iterable<readonly [string, NamedArray]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const pieces = safetensorsPieces(arrays, metadata);
  const bytes = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Decodes a safetensors file. F32, F64, I32, U8 and BOOL become views of `bytes` where alignment permits; F16 and BF16 widen to
 * float32, I64 narrows to int32.
 *
 * @param file the name error messages give the bytes
 * @throws FormatError for anything that is not a whole, consistent file of dtypes that can be read.
 */
export function decodeSafetensors(bytes: Uint8Array, file = 'safetensors'): Safetensors {
  const { entries, metadata, dataStart } = decodeHeader(bytes, file);
  const arrays = new Map<string, NamedArray>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const fail = (problem: string): never => {
      throw new FormatError(file, dataStart + begin, `'${name}' ${problem}`);
    };
    const read = readers[dtype] ?? fail(`has dtype ${dtype}, expected one of ${Object.keys(readers).join(', ')}`);
    arrays.set(name, { data: read(bytes.subarray(dataStart + begin, dataStart + end), fail), shape });
  }
  return { arrays, metadata };
}

function decodeHeader(bytes: Uint8Array, file: string) {
  const fail = (offset: number, problem: string): never => {
    throw new FormatError(file, offset, problem);
  };
  if (bytes.length < 8) fail(bytes.length, `ends within the 8 bytes of the header length`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER) fail(0, `header length is ${length} bytes, expected at most ${MAX_HEADER}`);
  const dataStart = 8 + length;
  if (dataStart > bytes.length) fail(bytes.length, `ends within the header, which should be ${length} bytes long`);
  const header = parseJson(bytes.subarray(8, dataStart), file);
  const { __metadata__: metadata = {}, ...described } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    return fail(8, '__metadata__ must map strings to strings');
  }
  const entries = Object.entries(described).map(([name, entry]) => checkEntry(name, entry, file));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? 'overlaps the array before it' : 'leaves a hole after the array before it';
      fail(dataStart + entry.begin, `'${entry.name}' ${what}, which ends at offset ${end}`);
    }
    end = entry.end;
  }
  if (end !== bytes.length - dataStart) {
    fail(
      Math.min(dataStart + end, bytes.length),
      `header describes ${end} bytes of data, but the file holds ${bytes.length - dataStart}`,
    );
  }
  return { entries, metadata: metadata as Record<string, string>, dataStart };
}

function parseJson(bytes: Uint8Array, file: string): Record<string, unknown> {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(file, 8, `header is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isRecord(header)) throw new FormatError(file, 8, 'header must be a JSON object');
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw new FormatError(file, 8, `header has the key '${duplicate}' twice`);
  return header;
}

function checkEntry(name: string, entry: unknown, file: string): Entry {
  const fail = (problem: string): never => {
    throw new FormatError(file, 8, `header entry '${name}' ${problem}`);
  };
  if (!isRecord(entry)) return fail('is not an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesOf, dtype)) return fail(`has the unknown dtype ${show(dtype)}`);
  if (!isExtents(shape)) return fail(`has the shape ${show(shape)}, expected non-negative integers`);
  if (!isExtents(offsets) || offsets.length !== 2) {
    return fail(`has the data_offsets ${show(offsets)}, expected [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = elementCount(shape) * (bytesOf[dtype] as number);
  if (end - begin !== expected) fail(`has ${end - begin} bytes, but ${dtype} ${formatShape(shape)} takes ${expected}`);
  return { name, dtype, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExtents(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
}
