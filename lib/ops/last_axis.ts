// Ops that work along the last axis, for another axis: it is moved to the end and back.
import { checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { resolveAxis } from './reduction.js';
import { transpose } from './transpose.js';

/** Options of softmax and logSoftmax. */
export interface SoftmaxOptions {
  /** The axis along which probabilities add up to 1, counted from the end where negative; the last by default. */
  readonly axis?: number;
}

/** `op` along the axis that the options name. @throws DTypeError, ArgumentError as documented there */
export function alongAxis(
  subject: string,
  op: (inputs: [Tensor]) => Tensor,
  x: Tensor,
  options: SoftmaxOptions,
): Tensor {
  checkFloat(subject, 'x', x);
  checkOptions(subject, options, ['axis']);
  const axis = resolveAxis(subject, options.axis ?? -1, x.shape);
  if (axis === x.shape.length - 1) return op([x]);
  const last = [...x.shape.keys()].filter((other) => other !== axis).concat(axis);
  const back = last.map((_, other) => last.indexOf(other));
  return transpose(op([transpose(x, last)]), back);
}
