// What the tests of bfloat16 share: rounding by arithmetic on the pattern, and tensors of both widths.
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';

/** The nearest bfloat16, the even one of two. */
export function rounded(value: number): number {
  const pattern = new Uint32Array(Float32Array.of(value).buffer)[0] as number;
  const upper = (pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16;
  return new Float32Array(Uint32Array.of(upper << 16).buffer)[0] as number;
}

/** A bfloat16 tensor, of numbers that are rounded. */
export function narrow(data: ArrayLike<number>, shape: readonly number[]): Tensor {
  return tensor(Float32Array.from(data), shape, 'bfloat16');
}

/** A float32 tensor. */
export function wide(data: ArrayLike<number>, shape: readonly number[]): Tensor {
  return tensor(Float32Array.from(data), shape);
}

/** Integers from −2 to 2: sums of thousands of products are exact in float32. */
export function small(data: Float64Array): Float64Array {
  return data.map((v) => Math.round(v * 2) + 0);
}

/**
 * The greatest excess of |actual − expected| over the error of rounding the sum, of adding `terms` products in float32, and of
 * rounding the second factor where `factorRounded` is false: `magnitudes` are the sums of absolute products. At most 0 if all is well.
 */
export function excess(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  magnitudes: ArrayLike<number>,
  terms: number,
  factorRounded = true,
): number {
  const relative = (terms + 1) * 2 ** -24 + (factorRounded ? 0 : 2 ** -9);
  return Array.from(expected).reduce(
    (most, value, at) =>
      Math.max(
        most,
        Math.abs((actual[at] as number) - value) -
          Math.abs(value) * 2 ** -8 -
          (magnitudes[at] as number) * relative * 1.01,
      ),
    Number.NEGATIVE_INFINITY,
  );
}
