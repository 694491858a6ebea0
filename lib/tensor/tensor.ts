import { inspect } from 'node:util';
import { type Handle, native } from '../native.js';
import {
  allocateTypedArray,
  byteSize,
  type DType,
  dtypeCode,
  dtypeOf,
  dtypes,
  type TypedArray,
  type TypedArrayOf,
  wideDType,
} from './dtype.js';
import { ArgumentError, DisposedError, DTypeError, ShapeError } from './errors.js';
import { own } from './scope.js';
import { checkShape, elementCount, formatShape, type Shape } from './shape.js';

declare module '../native.js' {
  interface Native {
    /** y ← value, everywhere. */
    fill(y: Handle, value: number): void;
    /** y ← x, both float32, float64 or bfloat16, rounded to the nearest. */
    cast(x: Handle, y: Handle): void;
  }
}

/** Who releases a tensor: the running scope, the garbage collector, or nobody but the one who made it. */
export type Owner = 'scope' | 'collector' | 'maker';

let created = 0;

/**
 * A dense array of numbers in native memory. Operations on tensors are functions: see `ops`.
 *
 * Its memory is released by the scope it was created in, by {@link dispose}, or after garbage collection, whichever comes
 * first; nobody has to care.
 */
export class Tensor implements Disposable {
  /** Extents, outermost first. Images are [batch, height, width, channels]. A scalar's shape is []. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** Distinguishes this tensor from every other of its thread. @internal */
  readonly id: number = ++created;
  #handle: Handle;

  /** Takes over a native buffer. Make tensors with {@link tensor}, {@link zeros} or an op. @internal */
  constructor(handle: Handle, shape: Shape, dtype: DType, owner: Owner = 'scope') {
    this.#handle = handle;
    // The extents must fit the memory for good: an array of the caller's is copied.
    this.shape = Object.isFrozen(shape) ? shape : Object.freeze([...shape]);
    this.dtype = dtype;
    if (owner === 'scope') own(this);
    else if (owner === 'collector') this.escape();
  }

  /** The native buffer. @throws DisposedError after {@link dispose}. @internal */
  get handle(): Handle {
    if (this.#handle === 0) throw new DisposedError(`${this.describe()} was used after its memory had been released`);
    return this.#handle;
  }

  /** How often this tensor's elements have been overwritten; only parameters ever are. @internal */
  get version(): number {
    return 0;
  }

  /** Bytes of the elements. */
  get byteLength(): number {
    return elementCount(this.shape) * byteSize(this.dtype);
  }

  /** Whether the memory has been released. */
  get isDisposed(): boolean {
    return this.#handle === 0;
  }

  /** Resolves to a copy of the elements, in row-major order, once they have been computed. */
  async data(): Promise<TypedArray> {
    const array = allocateTypedArray(this.dtype, elementCount(this.shape));
    if (this.dtype !== 'bfloat16') return native.read(this.handle, array);
    const wide = native.allocate(dtypeCode('float32'), array.length);
    try {
      native.cast(this.handle, wide);
      return native.read(wide, array); // which holds on to the memory
    } finally {
      native.release(wide);
    }
  }

  /** Resolves to the only element. @throws ShapeError if there is not exactly one. */
  async item(): Promise<number> {
    if (elementCount(this.shape) !== 1)
      throw new ShapeError(`item: expected a tensor with one element, but received shape ${formatShape(this.shape)}`);
    const [value] = await this.data();
    return value as number;
  }

  /** Releases the memory now. A second call does nothing. */
  dispose(): void {
    if (this.#handle === 0) return;
    native.release(this.#handle);
    this.#handle = 0;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal */
  escape(): void {
    if (this.#handle !== 0) native.track(this, this.#handle);
  }

  /** What error messages call this tensor. */
  protected describe(): string {
    return `a tensor of shape ${formatShape(this.shape)}`;
  }

  [inspect.custom](): string {
    return `${this.constructor.name} ${this.dtype} ${formatShape(this.shape)}${this.isDisposed ? ' (disposed)' : ''}`;
  }
}

/** Numbers nested as deep as the tensor's rank. */
export type NestedNumbers = number | readonly NestedNumbers[];

function nestedShape(values: unknown): number[] {
  return Array.isArray(values) ? [values.length, ...(values.length > 0 ? nestedShape(values[0]) : [])] : [];
}

function flatten(values: NestedNumbers, shape: Shape, depth: number, into: number[]): void {
  if (typeof values === 'number' && depth === shape.length) into.push(values);
  else if (Array.isArray(values) && values.length === shape[depth])
    for (const value of values) flatten(value, shape, depth + 1, into);
  else
    throw new ShapeError(
      `tensor: the values are ragged or hold something other than numbers; the first ones suggest shape ${formatShape(shape)}`,
    );
}

/**
 * Makes a tensor from numbers.
 *
 * @param values a number, (nested) arrays of numbers, or a typed array, which is copied
 * @param shape extents; by default the nesting of `values`, or one axis for a typed array
 * @param dtype by default the typed array's own, else float32
 * @throws ShapeError if the values are ragged or do not fill the shape; DTypeError for an unknown dtype or array
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * const image = tensor(new Float32Array(28 * 28), [1, 28, 28, 1]);
 */
export function tensor(values: NestedNumbers | TypedArray, shape?: Shape, dtype?: DType): Tensor {
  if (shape !== undefined) checkShape('tensor', shape);
  if (dtype !== undefined) checkDType('tensor', dtype);
  let flat: ArrayLike<number>;
  let natural: Shape;
  if (ArrayBuffer.isView(values)) {
    const given = dtypeOf(values);
    dtype ??= given;
    [flat, natural] = [values as TypedArray, [(values as TypedArray).length]];
  } else if (typeof values === 'number' || Array.isArray(values)) {
    const numbers: number[] = [];
    natural = nestedShape(values);
    flatten(values, natural, 0, numbers);
    flat = numbers;
  } else {
    throw new ArgumentError(
      `tensor: expected a number, arrays of numbers or a typed array, but received ${inspect(values, { depth: 0 })}`,
    );
  }
  const resolved = shape ?? natural;
  if (elementCount(resolved) !== flat.length)
    throw new ShapeError(
      `tensor: shape ${formatShape(resolved)} holds ${elementCount(resolved)} elements, but ${flat.length} were given`,
    );
  dtype ??= 'float32';
  const hostDType = wideDType(dtype);
  const array = ArrayBuffer.isView(flat) && dtypeOf(flat) === hostDType ? (flat as TypedArray) : fill(hostDType, flat);
  return narrowed(native.upload(array), resolved, dtype);
}

function fill<D extends DType>(dtype: D, values: ArrayLike<number>): TypedArrayOf[D] {
  const array = allocateTypedArray(dtype, values.length);
  array.set(values);
  return array;
}

/** A tensor full of zeros. @param dtype float32 by default */
export function zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
  checkShape('zeros', shape);
  checkDType('zeros', dtype);
  return full(shape, dtype, 0);
}

/** A tensor full of ones. @param dtype float32 by default */
export function ones(shape: Shape, dtype: DType = 'float32'): Tensor {
  checkShape('ones', shape);
  checkDType('ones', dtype);
  return full(shape, dtype, 1);
}

/** A tensor of one value. */
function full(shape: Shape, dtype: DType, value: number): Tensor {
  const made = empty(shape, dtype);
  native.fill(made.handle, value);
  return made;
}

/** The tensor of a dtype whose elements `handle` holds: for bfloat16 as float32, which is then released. */
function narrowed(handle: Handle, shape: Shape, dtype: DType): Tensor {
  if (dtype !== 'bfloat16') return new Tensor(handle, shape, dtype);
  try {
    const made = empty(shape, dtype);
    native.cast(handle, made.handle);
    return made;
  } finally {
    native.release(handle);
  }
}

/** A tensor whose elements are yet to be written by a native call. @internal */
export function empty(shape: Shape, dtype: DType): Tensor {
  return new Tensor(native.allocate(dtypeCode(dtype), elementCount(shape)), shape, dtype);
}

/** Another tensor on the same memory, of the same or another shape with as many elements. @internal */
export function aliasOf(source: Tensor, shape: Shape = source.shape, owner: Owner = 'scope'): Tensor {
  return new Tensor(native.alias(source.handle), shape, source.dtype, owner);
}

/** @throws DTypeError unless `dtype` is one. */
export function checkDType(subject: string, dtype: unknown): asserts dtype is DType {
  if (!dtypes.includes(dtype as DType))
    throw new DTypeError(`${subject}: expected a dtype of ${dtypes.join(', ')}, but received ${String(dtype)}`);
}
