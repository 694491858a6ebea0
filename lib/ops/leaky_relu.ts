import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    leakyRelu(x: Handle, y: Handle, negativeSlope: number): void;
    leakyReluGradient(x: Handle, dy: Handle, dx: Handle, negativeSlope: number): void;
  }
}

const leakyReluOp = defineOp({
  name: 'leakyRelu',
  forward: ([x]: [Tensor], negativeSlope: number) => ({
    output: elementwise((from, to) => native.leakyRelu(from, to, negativeSlope), x),
    saved: { x },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x }, negativeSlope) => [
    () => elementwise((from, upstream, to) => native.leakyReluGradient(from, upstream, to, negativeSlope), x, dy),
  ],
});

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** What negative elements are multiplied with; 0.01 by default. */
  readonly negativeSlope?: number;
}

/**
 * Leaky rectified linear unit: x where x > 0, else negativeSlope · x. Its derivative at 0 is negativeSlope.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor; ArgumentError for an unknown option or a negativeSlope that is not finite
 * @example
 * ops.leakyRelu(tensor([-1, 2])); // -0.01, 2
 */
export function leakyRelu(x: Tensor, options: LeakyReluOptions = {}): Tensor {
  checkFloat('leakyRelu', 'x', x);
  checkOptions('leakyRelu', options, ['negativeSlope']);
  const { negativeSlope = 0.01 } = options;
  checkNumber('leakyRelu', 'negativeSlope', negativeSlope);
  return leakyReluOp([x], negativeSlope);
}
