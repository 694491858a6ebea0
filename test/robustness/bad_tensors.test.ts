/** Bad tensors, parameters, scopes and settings. */
import {
  ArgumentError,
  checkGradient,
  DisposedError,
  DTypeError,
  memory,
  NativeError,
  ones,
  ops,
  Parameter,
  Random,
  resolvePadding,
  ShapeError,
  scope,
  setMemoryLimit,
  setThreads,
  tensor,
  valueAndGradients,
  zeros,
} from '../../lib/index.js';
import { liveBuffers, refuses } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

function disposed() {
  const x = ones([2, 3]);
  x.dispose();
  return x;
}

function parameter(shape: readonly number[] = [2]) {
  const made = new Parameter('weights', shape);
  made.assign(new Float32Array(shape.reduce((a, b) => a * b, 1)));
  return made;
}

// biome-ignore format: a line per case
refuses('values', [
  ['ragged rows', () => tensor([[1, 2], [3]]), ShapeError, 'tensor: the values are ragged'],
  ['rows of other depths', () => tensor(any([[1], 2])), ShapeError, 'suggest shape [2, 1]'],
  ['null among numbers', () => tensor(any([null, 1])), ShapeError, 'something other than numbers'],
  ['text among numbers', () => tensor(any(['1', '2'])), ShapeError, 'something other than numbers'],
  ['an object', () => tensor(any({ length: 3 })), ArgumentError, 'expected a number, arrays of numbers or a typed array'],
  ['nothing', () => tensor(any(undefined)), ArgumentError, 'received undefined'],
  ['bigints', () => tensor(any(new BigInt64Array(2))), DTypeError, 'received BigInt64Array'],
  ['bigints for floats', () => tensor(any(new BigInt64Array(2)), [2], 'float32'), DTypeError, 'received BigInt64Array'],
  ['a DataView', () => tensor(any(new DataView(new ArrayBuffer(8))), [2], 'float32'), DTypeError, 'received DataView'],
  ['half as many as the shape', () => tensor([1, 2, 3], [2, 3]), ShapeError, 'shape [2, 3] holds 6 elements, but 3 were'],
  ['an empty array for a shape', () => tensor([], [1]), ShapeError, 'shape [1] holds 1 elements, but 0 were given'],
  ['an unknown dtype', () => tensor([1], [1], any('float16')), DTypeError, 'expected a dtype of float32, float64, int32'],
]);

// biome-ignore format: a line per case
refuses('shapes', [
  ['negative', () => zeros([2, -1]), ArgumentError, 'zeros: shape must hold non-negative integers, but received [2, -1]'],
  ['fractional', () => ones([1.5]), ArgumentError, 'ones: shape must hold non-negative integers, but received [1.5]'],
  ['NaN', () => zeros([Number.NaN]), ArgumentError, 'received [NaN]'],
  ['infinite', () => tensor([1], [Number.POSITIVE_INFINITY]), ArgumentError, 'received [Infinity]'],
  ['a number', () => zeros(any(3)), ArgumentError, 'shape must be an array of extents, but received 3'],
  ['of symbols', () => zeros(any([Symbol('n')])), ArgumentError, 'shape must hold non-negative integers'],
  ['beyond counting', () => zeros([2 ** 30, 2 ** 30]), ArgumentError, 'holds more elements than can be addressed'],
  ['beyond any array', () => zeros([2 ** 40]), NativeError, 'out of memory: cannot allocate 4398046511104 bytes'],
  ['of a parameter, negative', () => new Parameter('w', [-1]), ArgumentError, 'parameter "w": shape must hold non-negative'],
  ['of a parameter, none', () => new Parameter('w', any(undefined)), ArgumentError, 'received undefined'],
  ['of a parameter, too much', () => new Parameter('w', [2 ** 52]), NativeError, 'cannot allocate a buffer of more than 2^44'],
  [
    'of a product whose bytes overflow 64 bits',
    () => ops.matmul(tensor([], [2 ** 31, 0]), tensor([], [0, 2 ** 31])),
    NativeError,
    'cannot allocate a buffer of more than 2^44 elements',
  ],
  [
    'of a sum whose elements overflow a number',
    () => ops.sum(tensor([], [0, ...Array<number>(30).fill(1e15)]), { axes: 0 }),
    NativeError,
    'cannot allocate a buffer of so many elements',
  ],
]);

// biome-ignore format: a line per case
refuses('tensors that are gone', [
  ['read', () => disposed().data(), DisposedError, 'a tensor of shape [2, 3] was used after its memory had been released'],
  ['read as a number', () => disposed().item(), ShapeError, 'item: expected a tensor with one element'],
  ['in an op', () => ops.relu(disposed()), DisposedError, 'a tensor of shape [2, 3] was used'],
  ['as second operand', () => ops.add(ones([2, 3]), disposed()), DisposedError, 'a tensor of shape [2, 3] was used'],
  ['out of a scope', () => { let x = ones([1]); scope(() => { x = ones([4]); }); return x.data(); }, DisposedError, '[4] was used'],
  ['a parameter assigned', () => { const w = parameter(); w.dispose(); w.assign(new Float32Array(2)); }, DisposedError, 'parameter "weights" was used'],
]);

// biome-ignore format: a line per case
refuses('parameters', [
  ['of an unknown dtype', () => new Parameter('w', [1], { dtype: any('half') }), DTypeError, 'parameter "w": expected a dtype'],
  ['of bfloat16', () => new Parameter('w', [1], { dtype: 'bfloat16' }), DTypeError, 'parameter "w": bfloat16 is too coarse for what is updated in small steps'],
  ['assigned bfloat16', () => parameter().assign(ones([2], 'bfloat16')), DTypeError, 'expected float32 values, but received bfloat16'],
  ['assigned other dtypes', () => parameter().assign(new Float64Array(2)), DTypeError, 'expected float32 values, but received float64'],
  ['assigned too few values', () => parameter().assign(new Float32Array(3)), ShapeError, 'expected 2 values for shape [2], but received 3'],
  ['assigned another shape', () => parameter().assign(ones([1, 2])), ShapeError, 'expected shape [2], but received [1, 2]'],
  ['assigned an array', () => parameter().assign(any([1, 2])), ArgumentError, 'expected a tensor or a typed array, but received [1,2]'],
]);

// biome-ignore format: a line per case
refuses('scopes and gradients', [
  ['a scope of nothing', () => scope(any(undefined)), ArgumentError, 'scope: expected a function, but received undefined'],
  ['an asynchronous scope', () => scope(async () => ones([3])), ArgumentError, 'it returned a promise'],
  ['an asynchronous scope that fails', () => scope(async () => Promise.reject(new Error('late'))), ArgumentError, 'it returned a promise'],
  ['no function', () => valueAndGradients(any(3), []), ArgumentError, 'valueAndGradients: expected a function, but received number'],
  ['no tensors', () => valueAndGradients(() => ones([]), any(undefined)), ArgumentError, 'expected an array of tensors'],
  ['not tensors', () => valueAndGradients(() => ones([]), any([1])), ArgumentError, 'expected an array of tensors'],
  ['a tensor twice', () => { const w = parameter(); return valueAndGradients(() => ops.sum(w), [w, w]); }, ArgumentError, 'is listed twice'],
  ['a loss of many elements', () => { const w = parameter(); return valueAndGradients(() => ops.relu(w), [w]); }, ShapeError, 'the loss must have one element, but has shape [2]'],
  ['no loss', () => valueAndGradients(any(() => ({ value: ones([]) })), []), ArgumentError, 'must return the loss tensor'],
  ['an asynchronous loss', () => valueAndGradients(any(async () => ones([])), []), ArgumentError, 'returned a promise'],
  ['gradients of gradients', () => { const w = parameter(); return valueAndGradients(() => valueAndGradients(() => ops.sum(w), [w]).value, [w]); }, ArgumentError, 'do not nest'],
  [
    'a parameter overwritten before the backward pass',
    () => { const w = parameter(); return valueAndGradients(() => { const y = ops.sum(ops.multiply(ops.relu(w), w)); w.assign(new Float32Array(2)); return y; }, [w]); },
    ArgumentError,
    'parameter "weights" was overwritten between the forward and the backward pass',
  ],
  ['a gradient check in float32', () => checkGradient(ops.tanh, [ones([2])]), DTypeError, 'inputs must be float64, but one is float32'],
]);

// biome-ignore format: a line per case
refuses('settings', [
  ['no threads', () => setThreads(0), ArgumentError, 'setThreads: expected an integer from 1 to 256, but received 0'],
  ['NaN threads', () => setThreads(Number.NaN), ArgumentError, 'received NaN'],
  ['a negative limit', () => setMemoryLimit(-1), ArgumentError, 'expected a number of bytes >= 0, but received -1'],
  ['half a byte', () => setMemoryLimit(0.5), ArgumentError, 'received 0.5'],
  ['a negative seed', () => new Random(-1), ArgumentError, 'random: seed must be a non-negative integer, but received -1'],
  ['a state of nothing', () => { new Random(0).state = any(null); }, ArgumentError, 'state.stream must be a non-negative integer'],
  ['integers below none', () => new Random(0).integer(0), ArgumentError, 'takes an integer n from 1 to 2^32, but received 0'],
  ['unknown padding', () => resolvePadding(5, 3, 1, 1, any('SAME')), ArgumentError, "padding must be 'valid', 'same'"],
]);

// biome-ignore format: a line per case
refuses('memory over the limit', [
  ['for an upload', () => limited(1e6, () => ones([1_000_000])), NativeError, /^allocating 4000000 bytes would exceed the memory limit of \d+ bytes \(\d+ in use\)$/],
  ['for an output', () => limited(1e6, () => ops.relu(ones([200_000]))), NativeError, 'allocating 800000 bytes would exceed'],
  ['for scratch memory', () => limited(1_052_000, () => ops.conv2d(ones([16, 32, 32, 8]), ones([3, 3, 8, 8]), { padding: 'same' })), NativeError, 'conv2d: allocating'],
  ['for a parameter', () => limited(1000, () => new Parameter('w', [1000])), NativeError, 'allocating 4000 bytes would exceed'],
  ['in a forward pass', () => limited(20_000, () => differentiated(6)), NativeError, 'would exceed'],
  ['in a backward pass', () => limited(30_000, () => differentiated(6)), NativeError, 'would exceed'],
]);

/** What `run` does with so many bytes to spare. */
async function limited(bytes: number, run: () => unknown): Promise<unknown> {
  await liveBuffers();
  setMemoryLimit(memory().liveBytes + bytes);
  try {
    return run();
  } finally {
    setMemoryLimit(0);
  }
}

/** A chain of ops on 4000 bytes, and back. */
function differentiated(depth: number) {
  const w = parameter([1000]);
  const chain = () =>
    ops.sum(Array.from({ length: depth }).reduce<typeof w | ReturnType<typeof ones>>((x) => ops.tanh(x), w));
  return valueAndGradients(chain, [w]);
}
