/**
 * The arithmetic ceiling of this process: fused multiply-adds that stay in registers, on every compute thread. Benchmarks
 * measure it between kernels, because the clock moves. Not differentiable, and not part of the public API.
 */

import { native } from '../native.js';
import { checkInteger } from '../tensor/arguments.js';
import { type DType, dtypeCode } from '../tensor/dtype.js';
import { DTypeError } from '../tensor/errors.js';

declare module '../native.js' {
  interface Native {
    /** Each element of `result` is one work item; returns the floating-point operations enqueued, of all items together. */
    fmaPeak(result: Handle, iterations: number): number;
  }
}

/**
 * Enqueues nothing but multiply-adds, and says how many floating-point operations they are (a multiply-add counts as two).
 *
 * @param items pieces that the threads share; several per thread, so that a late one holds nobody up
 * @param iterations multiply-adds of each accumulator in one piece
 * @param dtype what is multiplied: bfloat16 by pairs, where the processor has instructions for it, else as float32
 * @throws DTypeError unless dtype is float32, float64 or bfloat16; ArgumentError unless items and iterations are integers from 1
 * @internal
 */
export function fmaPeak(items: number, iterations: number, dtype: DType = 'float32'): number {
  checkInteger('fmaPeak', 'items', items);
  checkInteger('fmaPeak', 'iterations', iterations);
  if (!['float32', 'float64', 'bfloat16'].includes(dtype))
    throw new DTypeError(`fmaPeak: expected float32, float64 or bfloat16, but received ${dtype}`);
  const result = native.allocate(dtypeCode(dtype), items);
  try {
    return native.fmaPeak(result, iterations);
  } finally {
    native.release(result);
  }
}
