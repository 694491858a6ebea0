import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NamedArray } from '../../lib/formats/safetensors.js';
import { decodeSafetensors, encodeSafetensors } from '../../lib/formats/safetensors.js';
import { ArgumentError, FormatError } from '../../lib/tensor/errors.js';
import { elementCount } from '../../lib/tensor/shape.js';

/** A file with this header text and data, whatever they say. */
function fileOf(header: unknown, data: Uint8Array | number = 0, length?: number | bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = Buffer.concat([new Uint8Array(8), json, typeof data === 'number' ? new Uint8Array(data) : data]);
  bytes.writeBigUInt64LE(BigInt(length ?? json.length));
  return bytes;
}

const arrayOf = (shape: number[]): fc.Arbitrary<NamedArray> => {
  const size = { minLength: elementCount(shape), maxLength: elementCount(shape) };
  return fc
    .oneof(fc.float32Array(size), fc.float64Array(size), fc.int32Array(size), fc.uint8Array(size))
    .map((data) => ({ data, shape }));
};
const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const files = fc.tuple(
  fc.uniqueArray(
    fc.tuple(
      fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__'),
      shapes.chain(arrayOf),
    ),
    {
      selector: ([name]) => name,
      maxLength: 5,
    },
  ),
  fc.dictionary(fc.string(), fc.string()),
);

describe('safetensors', () => {
  it('round-trips any arrays and metadata', () => {
    fc.assert(
      fc.property(files, fc.nat(8), ([arrays, metadata], shift) => {
        const encoded = encodeSafetensors(arrays, metadata);
        const moved = new Uint8Array(encoded.length + shift).subarray(shift); // also where nothing is aligned
        moved.set(encoded);
        const decoded = decodeSafetensors(moved);
        expect(new Map(decoded.arrays)).toEqual(new Map(arrays));
        expect({ ...decoded.metadata }).toEqual({ ...metadata });
      }),
    );
  });

  it('reads Buffers whose data is not aligned', () => {
    const file = Buffer.from(
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} ', new Uint8Array(new Float32Array([1.5]).buffer)),
    );
    const moved = Buffer.alloc(file.length + 1).subarray(1);
    file.copy(moved);
    for (const bytes of [file, moved])
      expect(decodeSafetensors(bytes).arrays.get('a')?.data).toEqual(Float32Array.of(1.5));
  });

  it('writes the same bytes whatever the order, aligned and sorted', () => {
    const a: [string, NamedArray] = ['a', { data: Uint8Array.of(1, 2, 3), shape: [3] }];
    const b: [string, NamedArray] = ['b', { data: Float32Array.of(4, 5), shape: [2, 1] }];
    const c: [string, NamedArray] = ['c', { data: Float32Array.of(6), shape: [] }];
    const bytes = encodeSafetensors([a, c, b]);
    expect(bytes).toEqual(encodeSafetensors([b, a, c]));
    const text = new TextDecoder().decode(bytes.subarray(8, bytes.length - 15));
    expect(text).toBe(
      '{"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"c":{"dtype":"F32","shape":[],"data_offsets":[8,12]},' +
        '"a":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}}     ',
    );
    expect((8 + text.length) % 8).toBe(0);
  });

  it('reads half precisions and int64', () => {
    const halves = new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000]);
    const bfloats = new Uint16Array([0x3f80, 0xc000, 0x7f80, 0x4049]);
    const longs = new BigInt64Array([-1n, 2147483647n]);
    const data = Buffer.concat([halves, bfloats, longs].map((array) => new Uint8Array(array.buffer)));
    const { arrays } = decodeSafetensors(
      fileOf(
        {
          half: { dtype: 'F16', shape: [8], data_offsets: [0, 16] },
          bfloat: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
          long: { dtype: 'I64', shape: [2], data_offsets: [24, 40] },
        },
        data,
      ),
    );
    expect(arrays.get('half')?.data).toEqual(Float32Array.of(1, -2, 2 ** -24, 65504, Infinity, -Infinity, NaN, -0));
    expect(arrays.get('bfloat')?.data).toEqual(Float32Array.of(1, -2, Infinity, 3.140625));
    expect(arrays.get('long')?.data).toEqual(Int32Array.of(-1, 2147483647));
  });

  const f32 = (shape: unknown, ...offsets: unknown[]) => ({ dtype: 'F32', shape, data_offsets: offsets });
  it.each<[string, Uint8Array, number, string]>([
    ['an empty file', new Uint8Array(0), 0, 'ends within the 8 bytes of the header length'],
    [
      'a huge header length',
      fileOf('{}', 0, 2n ** 40n),
      0,
      'header length is 1099511627776 bytes, expected at most 100000000',
    ],
    [
      'a header length beyond the file',
      fileOf('{}', 0, 99),
      10,
      'ends within the header, which should be 99 bytes long',
    ],
    ['an empty header', fileOf(''), 8, 'header is not valid JSON: Unexpected end of JSON input'],
    ['broken JSON', fileOf('{"a":'), 8, 'header is not valid JSON: Unexpected end of JSON input'],
    [
      'broken UTF-8',
      fileOf('{"a', Uint8Array.of(0xff), 4),
      8,
      'header is not valid JSON: The encoded data was not valid for encoding utf-8',
    ],
    ['a header that is a list', fileOf([]), 8, 'header must be a JSON object'],
    [
      'a name twice',
      fileOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"\\u0061":${JSON.stringify(f32([1], 4, 8))}}`, 8),
      8,
      `header has the key 'a' twice`,
    ],
    [
      'a shape twice',
      fileOf('{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8),
      8,
      `header has the key 'shape' twice`,
    ],
    [
      'metadata that is not strings',
      fileOf({ __metadata__: { epoch: 3 } }),
      8,
      '__metadata__ must map strings to strings',
    ],
    ['an entry that is a number', fileOf({ a: 1 }), 8, `header entry 'a' is not an object`],
    [
      'an unknown dtype',
      fileOf({ a: { dtype: 'toString', shape: [], data_offsets: [0, 4] } }, 4),
      8,
      `header entry 'a' has the unknown dtype 'toString'`,
    ],
    [
      'a negative extent',
      fileOf({ a: f32([-1], 0, 4) }, 4),
      8,
      `header entry 'a' has the shape [-1], expected non-negative integers`,
    ],
    [
      'an overflowing shape',
      fileOf({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4),
      8,
      `header entry 'a' has 4 bytes, but F32 [1099511627776, 1099511627776] takes 4.835703278458517e+24`,
    ],
    [
      'one offset',
      fileOf({ a: f32([1], 0) }, 4),
      8,
      `header entry 'a' has the data_offsets [0], expected [begin, end]`,
    ],
    ['offsets backwards', fileOf({ a: f32([1], 4, 0) }, 4), 8, `header entry 'a' has -4 bytes, but F32 [1] takes 4`],
    [
      'offsets that do not fit the shape',
      fileOf({ a: f32([2], 0, 4) }, 4),
      8,
      `header entry 'a' has 4 bytes, but F32 [2] takes 8`,
    ],
    [
      'an overlap',
      fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8),
      119,
      `'b' overlaps the array before it, which ends at offset 8`,
    ],
    [
      'a hole',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      124,
      `'b' leaves a hole after the array before it, which ends at offset 4`,
    ],
    ['missing data', fileOf({ a: f32([2], 0, 8) }, 7), 69, 'header describes 8 bytes of data, but the file holds 7'],
    ['data left over', fileOf({ a: f32([1], 0, 4) }, 5), 66, 'header describes 4 bytes of data, but the file holds 5'],
    [
      'a dtype that cannot be read',
      fileOf({ a: { dtype: 'I16', shape: [1], data_offsets: [0, 2] } }, 2),
      62,
      `'a' has dtype I16, expected one of F64, F32, I32, U8, BOOL, F16, BF16, I64`,
    ],
    [
      'an int64 that does not fit',
      fileOf({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, new Uint8Array(8).fill(1)),
      62,
      `'a' holds 72340172838076673, which int32 cannot hold`,
    ],
  ])('rejects %s', (_, bytes, offset, problem) => {
    expect(() => decodeSafetensors(bytes, 'm.safetensors')).toThrow(new FormatError('m.safetensors', offset, problem));
  });

  it('answers every corruption with a FormatError or other arrays, never a crash', () => {
    const only = (bytes: Uint8Array) => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    };
    fc.assert(
      fc.property(files, fc.nat(), fc.nat(255), fc.nat(), ([arrays, metadata], at, byte, length) => {
        const bytes = encodeSafetensors(arrays, metadata);
        const cut = length % bytes.length;
        expect(() => decodeSafetensors(bytes.subarray(0, cut))).toThrow(FormatError);
        bytes[at % bytes.length] = byte;
        only(bytes);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), only));
    fc.assert(fc.property(fc.json(), (json) => only(fileOf(json, 4))));
    only(fileOf(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`));
    only(fileOf(`{"a":{"dtype":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`));
  });

  it.each<[string, () => unknown, string]>([
    [
      'a reserved name',
      () => encodeSafetensors([['__metadata__', { data: Float32Array.of(1), shape: [] }]]),
      `safetensors: the name '__metadata__' is reserved`,
    ],
    [
      'a name twice',
      () => encodeSafetensors(['a', 'a'].map((name) => [name, { data: Float32Array.of(1), shape: [] }])),
      `safetensors: two arrays are named 'a'`,
    ],
    [
      'a wrong shape',
      () => encodeSafetensors([['a', { data: Float32Array.of(1), shape: [2] }]]),
      `safetensors: 'a' has shape [2] but 1 elements`,
    ],
    [
      'metadata that is not strings',
      () => encodeSafetensors([], { epoch: 3 as never }),
      'safetensors: metadata.epoch must be a string, but received 3',
    ],
  ])('refuses to write %s', (_, act, message) => {
    expect(act).toThrow(new ArgumentError(message));
  });
});
