import { DTypeError, NativeError } from './errors.js';

/** Element types. The order is the native enumeration. */
export const dtypes = ['float32', 'float64', 'int32', 'uint8', 'bfloat16'] as const;

/**
 * The element type of a tensor. float32 is the default; float64 serves gradient checks; int32 holds labels, uint8 pixels.
 * bfloat16, the upper half of a float32, is for what flows between layers: it takes half the memory, and products of it are fast
 * where the processor has instructions for them. On the JavaScript side its elements are the floats in a Float32Array.
 */
export type DType = (typeof dtypes)[number];

/** The dtypes that arrays on the JavaScript side have. */
export type HostDType = Exclude<DType, 'bfloat16'>;

export interface TypedArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bfloat16: Float32Array;
}

/** A typed array that can hold a tensor's elements. */
export type TypedArray = TypedArrayOf[DType];

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bfloat16: Float32Array,
} as const;

/** The number the native side knows `dtype` by. */
export function dtypeCode(dtype: DType): number {
  return dtypes.indexOf(dtype);
}

/** What sums of that dtype, and weights beside it, are: float32 for bfloat16. @internal */
export function wideDType(dtype: DType): HostDType {
  return dtype === 'bfloat16' ? 'float32' : dtype;
}

/** Bytes of one element in native memory. */
export function byteSize(dtype: DType): number {
  return dtype === 'bfloat16' ? 2 : constructors[dtype].BYTES_PER_ELEMENT;
}

/** A zero-filled typed array of `length` elements. @throws NativeError if memory cannot hold it */
export function allocateTypedArray<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  try {
    return new constructors[dtype](length) as TypedArrayOf[D];
  } catch (cause) {
    throw new NativeError(`cannot allocate an array of ${length} ${dtype} elements`, { cause });
  }
}

/** The dtype a typed array's elements have. @throws DTypeError for arrays no tensor can hold. */
export function dtypeOf(array: ArrayBufferView): HostDType {
  for (const dtype of dtypes) if (dtype !== 'bfloat16' && array instanceof constructors[dtype]) return dtype;
  throw new DTypeError(
    `expected a Float32Array, Float64Array, Int32Array or Uint8Array, but received ${array.constructor.name}`,
  );
}
