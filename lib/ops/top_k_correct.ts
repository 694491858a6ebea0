// Not differentiable: a count.
import { native } from '../native.js';
import { checkInteger } from '../tensor/arguments.js';
import { withWide } from '../tensor/convert.js';
import { ArgumentError } from '../tensor/errors.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { checkClassification, classesOf } from './softmax_cross_entropy.js';

declare module '../native.js' {
  interface Native {
    topKCorrect(logits: Handle, labels: Handle, correct: Handle, classes: number, k: number): void;
  }
}

/**
 * How many rows have their label among the k largest logits. Of equal logits the first counts as larger.
 *
 * A label outside of 0 … classes − 1 makes the next `item()` or `data()` reject with a NativeError.
 *
 * @param logits [batch, ..., classes], float32 or float64
 * @param labels class indices, int32 or uint8 [batch, ...]
 * @param k from 1 (accuracy) to the number of classes; default 1
 * @returns the count, a float32 scalar
 * @throws ShapeError, DTypeError or ArgumentError for inputs that do not fit
 * @example
 * const accuracy = (await ops.topKCorrect(logits, labels).item()) / batch;
 */
export function topKCorrect(logits: Tensor, labels: Tensor, k = 1): Tensor {
  checkClassification('topKCorrect', logits, labels);
  const classes = classesOf(logits);
  checkInteger('topKCorrect', 'k', k);
  if (k > classes) throw new ArgumentError(`topKCorrect: k must not exceed the ${classes} classes, but received ${k}`);
  const correct = empty([], 'float32');
  withWide(logits, ({ handle }) => native.topKCorrect(handle, labels.handle, correct.handle, classes, k));
  return correct;
}
