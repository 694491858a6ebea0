// TensorFlow.js' layers-model: what model.json may say, and weights cut into shards anywhere, plain and quantised.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkShardSizes, decodeTfjs, decodeTfjsWeights, encodeTfjs, type TfjsFile } from '../../lib/formats/tfjs.js';
import { FormatError } from '../../lib/tensor/errors.js';
import { elementCount } from '../../lib/tensor/shape.js';

const bytesOf = ({ pieces }: TfjsFile) => Buffer.concat(pieces);
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A model.json with these groups. */
const manifest = (...weightsManifest: unknown[]) => json({ modelTopology: {}, weightsManifest });

const shapes = fc.array(fc.nat(5), { maxLength: 3 });
const array = shapes.chain((shape) => {
  const size = { minLength: elementCount(shape), maxLength: elementCount(shape) };
  return fc.oneof(fc.float32Array(size), fc.int32Array(size), fc.uint8Array(size)).map((data) => ({ data, shape }));
});

describe('tfjs', () => {
  it('round-trips any arrays, whatever the shards', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), array), { maxLength: 5 }), fc.array(fc.nat(60)), (arrays, cuts) => {
        const files = encodeTfjs({ class_name: 'Sequential' }, arrays);
        const model = decodeTfjs(bytesOf(files.at(-1) as TfjsFile));
        expect(model.topology).toEqual({ class_name: 'Sequential' });
        const whole = Buffer.concat(files.slice(0, -1).map(bytesOf));
        const ends = [...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const shards = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
        const [group = { paths: [], weights: [], bytes: 0 }] = model.groups;
        checkShardSizes(
          group,
          shards.map((shard) => shard.length),
        );
        const decoded = decodeTfjsWeights(group, shards);
        if (whole.length > 0) expect(decoded).toEqual(arrays);
      }),
    );
  });

  it('cuts into shards of 4 MiB', () => {
    const data = new Float32Array(2_500_000).map((_, i) => i);
    const files = encodeTfjs({}, [['a', { data, shape: [2_500_000] }]]);
    expect(files.map(({ path }) => path)).toEqual([
      ...['group1-shard1of3.bin', 'group1-shard2of3.bin', 'group1-shard3of3.bin'],
      'model.json',
    ]);
    expect(files.slice(0, 3).map((file) => bytesOf(file).length)).toEqual([4_194_304, 4_194_304, 1_611_392]);
  });

  it('widens quantised weights', () => {
    const weight = (name: string, dtype: string, quantization: object) => ({ name, shape: [2], dtype, quantization });
    const { groups } = decodeTfjs(
      manifest({
        paths: ['w'],
        weights: [
          weight('a', 'float32', { dtype: 'uint8', scale: 0.5, min: -1 }),
          weight('b', 'float32', { dtype: 'uint16', scale: 0.25, min: 2 }),
          weight('c', 'float32', { dtype: 'float16' }),
          weight('d', 'int32', { dtype: 'uint8', scale: 1.5, min: -3 }),
        ],
      }),
    );
    expect(groups[0]?.bytes).toBe(12);
    const bytes = Buffer.from([0, 255, ...[1, 0, 0xff, 0xff], ...[0, 0x3c, 0, 0xc0], 1, 3]);
    const decoded = decodeTfjsWeights(groups[0] as never, [bytes.subarray(0, 3), bytes.subarray(3)]);
    expect(decoded.map(([, { data }]) => data)).toEqual([
      Float32Array.of(-1, 126.5),
      Float32Array.of(2.25, 16385.75),
      Float32Array.of(1, -2),
      Int32Array.of(-1, 2),
    ]);
  });

  // biome-ignore format: a line per case
  it.each([
    ['bytes that are no JSON', new Uint8Array([0xff]), 'is not valid JSON'],
    ['no object', json([]), 'must be a JSON object'],
    ['a graph-model', json({ format: 'graph-model', modelTopology: {}, weightsManifest: [] }), 'holds a graph-model'],
    ['a format nobody knows', json({ format: 7 }), 'has the format 7'],
    ['a key twice', new TextEncoder().encode('{"modelTopology":{"a":1,"a":2}}'), "at byte 18: has the key 'a' twice"],
    ['no topology', json({ weightsManifest: [] }), 'has no modelTopology'],
    ['no manifest', json({ modelTopology: {} }), 'has no weightsManifest'],
    ['a group without paths', manifest({ weights: [] }), 'group 0 of the weightsManifest must have paths and weights'],
    ['a path up', manifest({ paths: ['../secrets'], weights: [] }), "has the path '../secrets'"],
    ['a path up from below', manifest({ paths: ['a/../../b'], weights: [] }), 'expected one of a file beside it or below'],
    ['an absolute path', manifest({ paths: ['/etc/passwd'], weights: [] }), "has the path '/etc/passwd'"],
    ['a path of Windows', manifest({ paths: ['C:\\secrets'], weights: [] }), 'has the path'],
    ['a path with backslashes', manifest({ paths: ['..\\secrets'], weights: [] }), 'has the path'],
    ['an address', manifest({ paths: ['http://example.org/w'], weights: [] }), 'has the path'],
    ['a path that ends early', manifest({ paths: ['a\0.bin'], weights: [] }), 'has the path'],
    ['a weight without a name', manifest({ paths: [], weights: [{}] }), 'has a weight without a name'],
    ['a negative extent', manifest({ paths: [], weights: [{ name: 'a', shape: [-1], dtype: 'float32' }] }), "weight 'a' has the shape [-1]"],
    ['text for weights', manifest({ paths: [], weights: [{ name: 'a', shape: [1], dtype: 'string' }] }), "the dtype 'string'"],
    ['an unknown quantisation', manifest({ paths: [], weights: [{ name: 'a', shape: [1], dtype: 'float32', quantization: { dtype: 'int4' } }] }), 'has the quantization'],
    ['a scale that is none', manifest({ paths: [], weights: [{ name: 'a', shape: [1], dtype: 'float32', quantization: { dtype: 'uint8', scale: '1' } }] }), 'expected a finite scale and min'],
    ['more than memory', manifest({ paths: [], weights: [{ name: 'a', shape: [2 ** 40, 2 ** 40], dtype: 'float32' }] }), 'describes more than files hold'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeTfjs(bytes)).toThrow(FormatError);
    expect(() => decodeTfjs(bytes)).toThrow(message);
  });

  it('refuses files of other sizes before it reads them', () => {
    const { groups } = decodeTfjs(manifest({ paths: ['w'], weights: [{ name: 'a', shape: [3], dtype: 'float32' }] }));
    for (const size of [11, 13])
      expect(() => checkShardSizes(groups[0] as never, [size], 'models/')).toThrow(
        `models/w at byte ${size}: the weights of the group take 12 bytes, but its 1 files hold ${size}`,
      );
  });
});
