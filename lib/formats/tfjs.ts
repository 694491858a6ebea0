// TensorFlow.js' layers-model: model.json, and the weights in shards beside it (https://www.tensorflow.org/js/guide/save_load).
//
//   model.json   { "modelTopology": …, "weightsManifest": [{ "paths": ["group1-shard1of2.bin", …], "weights": […] }, …], … }
//   weights      { "name", "shape", "dtype", "quantization"?: { "dtype", "scale"?, "min"? } }, one after the other
//   shards       the weights of a group, row-major and little-endian, cut anywhere
//
// A quantised weight is stored as uint8 or uint16, value = stored · scale + min, or as float16.
import { show } from '../tensor/arguments.js';
import { FormatError } from '../tensor/errors.js';
import { isRecord } from '../tensor/named.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import { halfToFloat, viewAs } from './elements.js';
import { findDuplicateKey } from './json_keys.js';
import type { NamedArray } from './safetensors.js';

/** A weight as the manifest describes it. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly quantization?: {
    readonly dtype: 'uint8' | 'uint16' | 'float16';
    readonly scale: number;
    readonly min: number;
  };
}

/** Weights that lie one after the other in some files. */
export interface TfjsGroup {
  /** Relative to the folder of model.json, below it. */
  readonly paths: readonly string[];
  readonly weights: readonly TfjsWeight[];
  /** What the files hold together. */
  readonly bytes: number;
}

/** What model.json says. */
export interface TfjsModel {
  readonly topology: unknown;
  readonly groups: readonly TfjsGroup[];
  /** Where in the file something is written for the first time; 0 if it is not. */
  offsetOf(text: string): number;
}

const stored = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

/**
 * Decodes model.json; the topology stays what JSON makes of it.
 *
 * @throws FormatError for what is no layers-model, for paths that lead out of its folder, and for weights of an unknown kind
 * @example
 * const { topology, groups } = decodeTfjs(await readFile('model.json'), 'model.json');
 */
export function decodeTfjs(bytes: Uint8Array, file = 'model.json'): TfjsModel {
  let text = '';
  const offsetOf = (part: string): number => Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(part))));
  const fail = (problem: string, at = ''): never => {
    throw new FormatError(file, offsetOf(at), problem);
  };
  let model: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    model = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(file, 0, `is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isRecord(model)) return fail('must be a JSON object');
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) fail(`has the key '${duplicate}' twice in one object`, `"${duplicate}"`);
  const { format, modelTopology, weightsManifest } = model;
  if (format === 'graph-model')
    fail("holds a graph-model, TensorFlow's operations without layers; expected a layers-model", '"graph-model"');
  if (format !== undefined && format !== null && format !== 'layers-model')
    fail(`has the format ${show(format)}, expected 'layers-model'`, '"format"');
  if (!isRecord(modelTopology)) fail('has no modelTopology');
  if (!Array.isArray(weightsManifest)) return fail('has no weightsManifest');
  const groups = weightsManifest.map((group: unknown, index) => {
    if (!isRecord(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights))
      return fail(`group ${index} of the weightsManifest must have paths and weights`, '"weightsManifest"');
    const paths = group.paths.map((path: unknown) => checkPath(path, fail));
    const weights = group.weights.map((weight: unknown) => checkWeight(weight, fail));
    const size = weights.reduce((sum, weight) => sum + bytesOf(weight), 0);
    if (!Number.isSafeInteger(size)) fail(`group ${index} of the weightsManifest describes more than files hold`);
    return { paths, weights, bytes: size };
  });
  return { topology: modelTopology, groups, offsetOf };
}

type Fail = (problem: string, at?: string) => never;

/** A path that stays below the folder it is relative to, on every system. */
function checkPath(path: unknown, fail: Fail): string {
  const parts = typeof path === 'string' ? path.split(/[/\\]/) : [];
  if (
    typeof path === 'string' &&
    path !== '' &&
    !/[\0:\\]/.test(path) &&
    !parts.some((part) => part === '' || part === '..')
  )
    return path;
  return fail(`has the path ${show(path)}, expected one of a file beside it or below`, '"paths"');
}

function checkWeight(weight: unknown, fail: Fail): TfjsWeight {
  if (!isRecord(weight) || typeof weight.name !== 'string') return fail(`has a weight without a name: ${show(weight)}`);
  const { name, shape, dtype, quantization } = weight;
  const refuse = (problem: string): never => fail(`weight '${name}' has ${problem}`, JSON.stringify(name));
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    return refuse(`the shape ${show(shape)}, expected non-negative integers`);
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    return refuse(`the dtype ${show(dtype)}, expected 'float32', 'int32' or 'bool'`);
  if (quantization === undefined || quantization === null) return { name, shape, dtype };
  const { dtype: as, scale = 1, min = 0 } = isRecord(quantization) ? quantization : {};
  if (as !== 'uint8' && as !== 'uint16' && as !== 'float16')
    return refuse(`the quantization ${show(quantization)}, expected 'uint8', 'uint16' or 'float16'`);
  if (!Number.isFinite(scale) || !Number.isFinite(min))
    return refuse(`the quantization ${show(quantization)}, expected a finite scale and min`);
  if (dtype === 'bool' || (dtype === 'int32' && as === 'float16')) return refuse(`quantized ${dtype} values as ${as}`);
  return { name, shape, dtype, quantization: { dtype: as, scale: scale as number, min: min as number } };
}

function bytesOf({ shape, dtype, quantization }: TfjsWeight): number {
  return elementCount(shape) * stored[quantization?.dtype ?? dtype];
}

/** @throws FormatError unless files of these sizes hold a group; before anything is read */
export function checkShardSizes({ bytes, paths }: TfjsGroup, sizes: readonly number[], folder = ''): void {
  const found = sizes.reduce((sum, size) => sum + size, 0);
  if (found === bytes) return;
  throw new FormatError(
    `${folder}${paths.at(-1) ?? 'weightsManifest'}`,
    sizes.at(-1) ?? 0,
    `the weights of the group take ${bytes} bytes, but its ${paths.length} files hold ${found}`,
  );
}

/**
 * Decodes the weights of a group from its files, whose sizes have been checked; quantised ones become float32 or int32.
 *
 * @returns views of the shards where a weight lies in one of them, copies else
 */
export function decodeTfjsWeights({ weights }: TfjsGroup, shards: readonly Uint8Array[]): [string, NamedArray][] {
  let shard = 0;
  let at = 0;
  const take = (count: number): Uint8Array => {
    while (shard < shards.length && at === (shards[shard] as Uint8Array).length) [shard, at] = [shard + 1, 0];
    const current = shards[shard] ?? new Uint8Array(0);
    if (at + count <= current.length) {
      at += count;
      return current.subarray(at - count, at);
    }
    const pieces = new Uint8Array(count);
    for (let done = 0; done < count; ) {
      const from = shards[shard] as Uint8Array;
      const piece = from.subarray(at, at + count - done);
      pieces.set(piece, done);
      done += piece.length;
      at += piece.length;
      if (at === from.length) [shard, at] = [shard + 1, 0];
    }
    return pieces;
  };
  return weights.map((weight) => [
    weight.name,
    { data: decodeWeight(weight, take(bytesOf(weight))), shape: weight.shape },
  ]);
}

function decodeWeight({ dtype, quantization }: TfjsWeight, bytes: Uint8Array): NamedArray['data'] {
  if (!quantization) {
    if (dtype === 'bool') return viewAs(Uint8Array, bytes);
    return dtype === 'int32' ? viewAs(Int32Array, bytes) : viewAs(Float32Array, bytes);
  }
  const { dtype: as, scale, min } = quantization;
  if (as === 'float16') return Float32Array.from(viewAs(Uint16Array, bytes), halfToFloat);
  const values = as === 'uint8' ? bytes : viewAs(Uint16Array, bytes);
  return dtype === 'int32'
    ? Int32Array.from(values, (value) => Math.round(value * scale + min))
    : Float32Array.from(values, (value) => value * scale + min);
}

/** A file to write: its name, and its contents in pieces. */
export interface TfjsFile {
  readonly path: string;
  readonly pieces: readonly Uint8Array[];
}

const SHARD = 4 * 1024 * 1024;
const written: Readonly<Record<string, TfjsWeight['dtype']>> = {
  Float32Array: 'float32',
  Int32Array: 'int32',
  Uint8Array: 'bool',
};

/**
 * Encodes a topology and its weights: the shards, of 4 MiB as TensorFlow's converter makes them, and last model.json.
 *
 * @param arrays float32, int32 or boolean weights by name, in the order they are stored in
 * @param name of the JSON file
 */
export function encodeTfjs(
  topology: unknown,
  arrays: Iterable<readonly [string, NamedArray]>,
  name = 'model.json',
): TfjsFile[] {
  const list = [...arrays];
  const weights = list.map(([weight, { data, shape }]) => ({
    name: weight,
    shape,
    dtype: written[data.constructor.name],
  }));
  const shards = cut(list.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  const files = shards.map((pieces, index) => ({ path: `group1-shard${index + 1}of${shards.length}.bin`, pieces }));
  const model = {
    format: 'layers-model',
    generatedBy: 'convgrad',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: files.length > 0 ? [{ paths: files.map(({ path }) => path), weights }] : [],
  };
  return [...files, { path: name, pieces: [new TextEncoder().encode(JSON.stringify(model))] }];
}

/** The bytes in runs of `SHARD`, without copying them. */
function cut(arrays: readonly Uint8Array[]): Uint8Array[][] {
  const shards: Uint8Array[][] = [];
  let room = 0;
  for (const bytes of arrays) {
    for (let at = 0; at < bytes.length; ) {
      if (room === 0) {
        shards.push([]);
        room = SHARD;
      }
      const piece = bytes.subarray(at, at + room);
      shards.at(-1)?.push(piece);
      at += piece.length;
      room -= piece.length;
    }
  }
  return shards;
}
