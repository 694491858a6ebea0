// Checks of tensors that ops share. Each names the op (its subject), the argument, what was expected and what was received.
import type { DType } from './dtype.js';
import { ArgumentError, DTypeError, ShapeError } from './errors.js';
import { formatShape, type Shape, sameShape } from './shape.js';
import { Tensor } from './tensor.js';

/** What a value is, where its contents would say too much. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? (value.constructor?.name ?? 'an object') : typeof value;
}

/** @throws ArgumentError unless `value` is a tensor, DisposedError if its memory is gone. */
export function checkTensor(subject: string, name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new ArgumentError(`${subject}: ${name} must be a tensor, but received ${kindOf(value)}`);
  void value.handle;
}

/** Whether a dtype is float32, or bfloat16, which stands beside it. */
function isSingle(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'bfloat16';
}

/** Checks for a tensor of floating-point numbers, as {@link checkTensor}. @throws DTypeError for other dtypes. */
export function checkFloat(subject: string, name: string, value: unknown): asserts value is Tensor {
  checkTensor(subject, name, value);
  if (!isSingle(value.dtype) && value.dtype !== 'float64')
    throw new DTypeError(`${subject}: ${name} must be float32, float64 or bfloat16, but is ${value.dtype}`);
}

/** @throws DTypeError unless `value` has that dtype. */
export function checkTensorDType(subject: string, name: string, value: unknown, dtype: DType): asserts value is Tensor {
  checkTensor(subject, name, value);
  if (value.dtype !== dtype) throw new DTypeError(`${subject}: ${name} must be ${dtype}, but is ${value.dtype}`);
}

/** @throws DTypeError unless both have the same dtype, or one is float32 and the other bfloat16. */
export function checkSameDType(subject: string, name: string, value: Tensor, otherName: string, other: Tensor): void {
  if (!(isSingle(value.dtype) && isSingle(other.dtype))) checkEqualDType(subject, name, value, otherName, other);
}

/** @throws DTypeError unless both have the very same dtype. */
export function checkEqualDType(subject: string, name: string, value: Tensor, otherName: string, other: Tensor): void {
  if (value.dtype !== other.dtype)
    throw new DTypeError(`${subject}: ${name} is ${value.dtype}, but ${otherName} is ${other.dtype}`);
}

/** Checks for a float32 or float64 tensor, as {@link checkTensor}. @throws DTypeError for other dtypes. */
export function checkWide(subject: string, name: string, value: unknown): asserts value is Tensor {
  checkTensor(subject, name, value);
  if (value.dtype !== 'float32' && value.dtype !== 'float64')
    throw new DTypeError(`${subject}: ${name} must be float32 or float64, but is ${value.dtype}`);
}

/** @throws ShapeError unless `value` has that many axes; `axes` names them, as `[batch, height, width, channels]`. */
export function checkRank(subject: string, name: string, value: Tensor, rank: number, axes: string): void {
  if (value.shape.length !== rank)
    throw new ShapeError(
      `${subject}: ${name} must have ${rank} ${rank === 1 ? 'axis' : 'axes'} ${axes}, but has shape ${formatShape(value.shape)}`,
    );
}

/** @throws ShapeError unless `value` has that shape. */
export function checkSameShape(subject: string, name: string, value: Tensor, expected: Shape): void {
  if (!sameShape(value.shape, expected))
    throw new ShapeError(
      `${subject}: ${name} must have shape ${formatShape(expected)}, but has ${formatShape(value.shape)}`,
    );
}
