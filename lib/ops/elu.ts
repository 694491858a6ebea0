import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    elu(x: Handle, y: Handle, alpha: number): void;
    eluGradient(x: Handle, dy: Handle, dx: Handle, alpha: number): void;
  }
}

const eluOp = defineOp({
  name: 'elu',
  forward: ([x]: [Tensor], alpha: number) => ({
    output: elementwise((from, to) => native.elu(from, to, alpha), x),
    saved: { x },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }, alpha) => [
    () => elementwise((from, upstream, to) => native.eluGradient(from, upstream, to, alpha), x, dy),
  ],
});

/** Options of {@link elu}. */
export interface EluOptions {
  /** Minus the value that large negative elements tend to; 1 by default. */
  readonly alpha?: number;
}

/**
 * Exponential linear unit: x where x > 0, else alpha · (eˣ − 1).
 *
 * Clevert et al. 2015, https://arxiv.org/abs/1511.07289
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor; ArgumentError for an unknown option or a alpha that is not finite
 * @example
 * ops.elu(tensor([-1, 2])); // -0.6321, 2
 */
export function elu(x: Tensor, options: EluOptions = {}): Tensor {
  checkFloat('elu', 'x', x);
  checkOptions('elu', options, ['alpha']);
  const { alpha = 1 } = options;
  checkNumber('elu', 'alpha', alpha);
  return eluOp([x], alpha);
}
