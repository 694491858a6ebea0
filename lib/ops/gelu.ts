import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkChoice, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    gelu(x: Handle, y: Handle): void;
    geluGradient(x: Handle, dy: Handle, dx: Handle): void;
    geluTanh(x: Handle, y: Handle): void;
    geluTanhGradient(x: Handle, dy: Handle, dx: Handle): void;
  }
}

const geluOp = defineOp({
  name: 'gelu',
  forward: ([x]: [Tensor], approximate: 'none' | 'tanh') => ({
    output: elementwise(approximate === 'tanh' ? native.geluTanh : native.gelu, x),
    saved: { x },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }, approximate) => [
    () => elementwise(approximate === 'tanh' ? native.geluTanhGradient : native.geluGradient, x, dy),
  ],
});

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** `'none'` (the default) uses the error function; `'tanh'` the approximation that some published networks were trained with. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * Gaussian error linear unit: x · P(X ≤ x) for a standard normal X, element by element.
 *
 * Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor; ArgumentError for an unknown option or value
 * @example
 * ops.gelu(tensor([-1, 2])); // -0.1587, 1.9545
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkFloat('gelu', 'x', x);
  checkOptions('gelu', options, ['approximate']);
  const { approximate = 'none' } = options;
  checkChoice('gelu', 'approximate', approximate, ['none', 'tanh']);
  return geluOp([x], approximate);
}
