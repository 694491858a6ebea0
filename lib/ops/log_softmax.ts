import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';
import { alongAxis, type SoftmaxOptions } from './last_axis.js';

declare module '../native.js' {
  interface Native {
    logSoftmax(x: Handle, y: Handle, rows: number, length: number): void;
    logSoftmaxGradient(y: Handle, dy: Handle, dx: Handle, rows: number, length: number): void;
  }
}

const rowsOf = (shape: Shape): [number, number] => [elementCount(shape.slice(0, -1)), shape.at(-1) as number];

const logSoftmaxOp = defineOp({
  name: 'logSoftmax',
  forward([x]: [Tensor]) {
    const output = elementwise((from, to) => native.logSoftmax(from, to, ...rowsOf(x.shape)), x);
    return { output, saved: { y: output } };
  },
  backward: (dy, { y }) => [
    () => elementwise((from, upstream, to) => native.logSoftmaxGradient(from, upstream, to, ...rowsOf(y.shape)), y, dy),
  ],
});

/**
 * Logarithm of the softmax: x − ln Σ eˣ along an axis, without overflow or loss of small probabilities.
 *
 * @param x float tensor with at least one axis, usually logits [batch, classes]
 * @param options.axis the last by default
 * @throws DTypeError unless x is a float tensor; ArgumentError for an axis x does not have
 * @example
 * ops.logSoftmax(tensor([0, 0])); // -0.6931, -0.6931
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return alongAxis('logSoftmax', logSoftmaxOp, x, options);
}
