// MAT-files of level 5 (MathWorks, "MAT-File Format", R2019b), what MATLAB's `save -v6/-v7` and scipy's `savemat` write.
//
//   file      116 bytes of text | 8 unused | u16 version 0x0100 | 'IM' (little-endian) or 'MI' | elements
//   element   u32 type | u32 bytes | data, padded to 8          small: u16 type | u16 bytes | 4 bytes of data
//   matrix    flags (class in the low byte) | int32 extents | name | real part | (imaginary part)
//   compressed element (type 15): a zlib stream of one element, without padding
//
// Elements stand in column-major order: the first axis varies fastest. Version 7.3 is HDF5, another format.
import { FormatError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { type ByteSource, byteSource } from './byte_source.js';
import { checkRatio, inflateExactly, inflatePrefix } from './inflate.js';

/** Arrays of numbers a MAT-file can hold. */
export type MatData =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A variable of a MAT-file. */
export interface MatArray {
  /** Elements in column-major order, as they are stored (MATLAB stores integral doubles as small integers). */
  readonly data: MatData;
  readonly shape: Shape;
}

/** Where a file keeps a variable. */
export interface MatEntry {
  readonly name: string;
  readonly shape: Shape;
  /** MATLAB's number of the class: 6 double, 7 single, 8 … 15 integers; 1 … 5 are cells, structs, objects, text and sparse. */
  readonly classCode: number;
  /** The zlib stream the variable is in, if it is. */
  readonly compressed: { readonly offset: number; readonly length: number } | undefined;
  /** Where its numbers begin: in the file, or in what the stream inflates to. */
  readonly dataOffset: number;
  readonly dataBytes: number;
  /** Storage type of the numbers. */
  readonly dataType: number;
  /** Bytes of the whole element, its tag included, when inflated. */
  readonly elementBytes: number;
  readonly littleEndian: boolean;
}

const MATRIX = 14;
const COMPRESSED = 15;
const HEADER = 128;
const PREFIX = 4096; // bytes that surely hold a variable's header: names have at most 63 characters, extents are few
const classNames = ['', 'cell', 'struct', 'object', 'char', 'sparse'];

type Constructor = { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): MatData };
const storageTypes: Record<number, Constructor> = {
  ...{ 1: Int8Array, 2: Uint8Array, 3: Int16Array, 4: Uint16Array, 5: Int32Array, 6: Uint32Array },
  ...{ 7: Float32Array, 9: Float64Array, 12: BigInt64Array, 13: BigUint64Array },
};

/** Reads where a MAT-file keeps its variables, without reading or inflating the numbers. @throws FormatError (rejects with) */
export async function matEntries(source: ByteSource, file: string): Promise<MatEntry[]> {
  const header = await source.read(0, HEADER);
  if (header.length < HEADER) throw new FormatError(file, header.length, 'ends within the 128 bytes of the header');
  if (header[0] === 0x89 || String.fromCharCode(...header.subarray(0, 19)) === 'MATLAB 7.3 MAT-file')
    throw new FormatError(file, 0, 'is an HDF5 file (MAT version 7.3), expected MAT version 5');
  const mark = String.fromCharCode(header[126] as number, header[127] as number);
  if (mark !== 'IM' && mark !== 'MI')
    throw new FormatError(file, 126, `endian mark is ${JSON.stringify(mark)}, expected "IM" or "MI"`);
  const littleEndian = mark === 'IM';
  const version = viewOf(header).getUint16(124, littleEndian);
  if (version !== 0x0100) throw new FormatError(file, 124, `version is 0x${version.toString(16)}, expected 0x100`);
  const entries: MatEntry[] = [];
  for (let at = HEADER; at < source.size; ) {
    const tag = await source.read(at, 8);
    if (tag.length < 8) throw new FormatError(file, source.size, 'ends within the tag of an element');
    const type = viewOf(tag).getUint32(0, littleEndian);
    const bytes = viewOf(tag).getUint32(4, littleEndian);
    if (bytes > source.size - at - 8)
      throw new FormatError(file, at + 4, `an element announces ${bytes} bytes, but ${source.size - at - 8} are left`);
    if (type === COMPRESSED) {
      const prefix = inflatePrefix(await source.read(at + 8, Math.min(bytes, PREFIX)), file, at + 8);
      const entry = readEntry(prefix, 0, littleEndian, file, { offset: at + 8, length: bytes });
      checkRatio(bytes, entry.elementBytes, file, at + 8);
      entries.push(entry);
    } else if (type === MATRIX) {
      entries.push(readEntry(await source.read(at, PREFIX), at, littleEndian, file, undefined));
    } else throw new FormatError(file, at, `element of type ${type}, expected 14 (matrix) or 15 (compressed)`);
    at += 8 + bytes + (type === COMPRESSED ? 0 : (8 - (bytes % 8)) % 8);
  }
  return entries;
}

/**
 * Decodes the numeric variables of a MAT-file of version 5, compressed or not.
 *
 * @param options.file the name error messages give the bytes; default 'mat'
 * @param options.names the variables wanted; default: all that hold numbers
 * @throws FormatError (rejects with) for files that are truncated, corrupt or of another kind, and for wanted variables that are
 * missing or hold no real numbers.
 * @example
 * const { X, y } = Object.fromEntries(await decodeMat(await readFile('test_32x32.mat')));
 */
export async function decodeMat(
  bytes: Uint8Array,
  options: { readonly file?: string; readonly names?: readonly string[] } = {},
): Promise<ReadonlyMap<string, MatArray>> {
  const { file = 'mat', names } = options;
  const source = byteSource(bytes);
  const entries = await matEntries(source, file);
  const arrays = new Map<string, MatArray>();
  for (const name of names ?? entries.filter((entry) => isNumeric(entry)).map((entry) => entry.name)) {
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined)
      throw new FormatError(file, HEADER, `has no variable '${name}'; it has ${entries.map((e) => e.name).join(', ')}`);
    arrays.set(name, { data: await matNumbers(source, entry, file), shape: entry.shape });
  }
  return arrays;
}

/** The numbers of a variable. @throws FormatError (rejects with) when they are no real numbers, or corrupt */
export async function matNumbers(source: ByteSource, entry: MatEntry, file: string): Promise<MatData> {
  checkNumbers(entry, file);
  const { compressed, dataOffset, dataBytes, dataType, littleEndian } = entry;
  const element = compressed
    ? await inflateExactly(
        await source.read(compressed.offset, compressed.length),
        entry.elementBytes,
        file,
        compressed.offset,
      )
    : await source.read(dataOffset, dataBytes);
  const numbers = compressed ? element.subarray(dataOffset, dataOffset + dataBytes) : element;
  if (numbers.length !== dataBytes) throw new FormatError(file, source.size, `ends within variable '${entry.name}'`);
  const type = storageTypes[dataType] as Constructor;
  const copy = new Uint8Array(numbers);
  const size = type.BYTES_PER_ELEMENT;
  if (!littleEndian) for (let at = 0; size > 1 && at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  return new type(copy.buffer);
}

/** @throws FormatError unless the variable holds as many real numbers as its extents say */
export function checkNumbers(entry: MatEntry, file: string): void {
  const { name, classCode, dataType, dataBytes, shape } = entry;
  const offset = entry.compressed?.offset ?? entry.dataOffset;
  if (!isNumeric(entry))
    throw new FormatError(
      file,
      offset,
      `variable '${name}' is of class ${classNames[classCode] ?? classCode}, expected numbers`,
    );
  const type = storageTypes[dataType];
  if (type === undefined)
    throw new FormatError(file, offset, `variable '${name}' has storage type ${dataType}, which is unknown`);
  const expected = elementCount(shape) * type.BYTES_PER_ELEMENT;
  if (dataBytes !== expected)
    throw new FormatError(
      file,
      offset,
      `variable '${name}' ${formatShape(shape)} takes ${expected} bytes, but has ${dataBytes}`,
    );
}

function isNumeric({ classCode }: MatEntry): boolean {
  return classCode >= 6 && classCode <= 15;
}

/** Reads the head of the matrix element at `base`, of which `bytes` is the beginning. */
function readEntry(
  bytes: Uint8Array,
  base: number,
  littleEndian: boolean,
  file: string,
  compressed: MatEntry['compressed'],
): MatEntry {
  const view = viewOf(bytes);
  const fail = (at: number, problem: string): never => {
    throw new FormatError(file, compressed?.offset ?? base + at, problem);
  };
  let at = 0;
  /** The next element's type, place and length; moves past it. */
  const next = (what: string) => {
    if (bytes.length < at + 8) fail(bytes.length, `ends within the ${what} of a variable`);
    const word = view.getUint32(at, littleEndian);
    const small = word >>> 16 > 0;
    const element = small
      ? { type: word & 0xffff, length: word >>> 16, start: at + 4 }
      : { type: word, length: view.getUint32(at + 4, littleEndian), start: at + 8 };
    if (small && element.length > 4) fail(at, `a small element announces ${element.length} bytes, at most 4 fit`);
    at = small ? at + 8 : element.start + Math.ceil(element.length / 8) * 8;
    return element;
  };
  if (bytes.length < 8) fail(bytes.length, 'ends within the tag of a variable');
  if (view.getUint32(0, littleEndian) !== MATRIX)
    fail(0, `compressed element of type ${view.getUint32(0, littleEndian)}, expected 14 (matrix)`);
  const elementBytes = 8 + view.getUint32(4, littleEndian);
  at = 8;
  const flags = next('flags');
  if (flags.type !== 6 || flags.length !== 8 || bytes.length < flags.start + 8)
    fail(flags.start, 'array flags are malformed');
  const word = view.getUint32(flags.start, littleEndian);
  const classCode = word & 0xff;
  const extents = next('extents');
  if (extents.type !== 5 || extents.length % 4 !== 0 || extents.length < 8 || bytes.length < at)
    fail(extents.start, 'extents are malformed');
  const shape = Array.from({ length: extents.length / 4 }, (_, axis) =>
    view.getInt32(extents.start + 4 * axis, littleEndian),
  );
  if (shape.some((extent) => extent < 0)) fail(extents.start, `extents are ${formatShape(shape)}`);
  const label = next('name');
  if (label.type !== 1 || bytes.length < at) fail(label.start, 'name is malformed');
  const name = String.fromCharCode(...bytes.subarray(label.start, label.start + label.length));
  const common = { name, shape, classCode, compressed, elementBytes, littleEndian };
  if (classCode < 6 || classCode > 15) return { ...common, dataOffset: base + at, dataBytes: 0, dataType: 0 };
  if ((word & 0x800) !== 0) fail(flags.start, `variable '${name}' is complex, expected real numbers`);
  const real = next('numbers');
  if (at > elementBytes + 7) fail(real.start, `variable '${name}' announces more numbers than its element holds`);
  return { ...common, dataOffset: base + real.start, dataBytes: real.length, dataType: real.type };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
