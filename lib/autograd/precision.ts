// In which dtype the products of convolutions and dense layers are computed while a function runs.
import type { SystemInfo } from '../native.js';
import { checkChoice } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';

/**
 * The precision of a network's arithmetic.
 *
 * - `'float32'`: everything in the dtype of its inputs.
 * - `'bfloat16'`: convolutions and matrix products round their float32 inputs to bfloat16 and give bfloat16, summing in float32;
 *   what flows between layers, and its gradients, are bfloat16 from there on. Parameters, their gradients, statistics, losses
 *   and optimizer state stay float32. The PyTorch user knows it as autocast. float64 is left alone.
 */
export type Precision = 'float32' | 'bfloat16';

let active: Precision = 'float32';

/** The precision in force. @internal */
export function activePrecision(): Precision {
  return active;
}

/** @throws ArgumentError unless `precision` is one */
export function checkPrecision(subject: string, precision: unknown): asserts precision is Precision {
  checkChoice(subject, 'precision', precision, ['float32', 'bfloat16']);
}

/** Whether an instruction set multiplies bfloat16 faster than float32. @internal */
export function multipliesBfloat16(isa: SystemInfo['isa']): boolean {
  return isa === 'avx512_bf16' || isa === 'amx';
}

/**
 * Runs `body` in that precision.
 *
 * @throws ArgumentError for an unknown precision, or if `body` returns a promise: it must be done when it returns
 * @example
 * const logits = withPrecision('bfloat16', () => model.forward(images));
 */
export function withPrecision<R>(precision: Precision, body: () => R): R {
  checkPrecision('withPrecision', precision);
  const before = active;
  active = precision;
  try {
    const result = body();
    if (result instanceof Promise)
      throw new ArgumentError('withPrecision: the function returned a promise; it must be synchronous');
    return result;
  } finally {
    active = before;
  }
}
