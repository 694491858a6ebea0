// Not differentiable: counts.
import { native } from '../native.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { argMax } from './arg_max.js';
import { checkClassification, classesOf } from './softmax_cross_entropy.js';

declare module '../native.js' {
  interface Native {
    confusionMatrix(labels: Handle, predictions: Handle, counts: Handle, classes: number): void;
  }
}

/**
 * How many samples (or pixels) of each class were taken for each class: of equal logits the first counts as largest.
 *
 * A label outside of 0 … classes − 1 makes the next `item()` or `data()` reject with a NativeError.
 *
 * @param logits [batch, ..., classes], float32 or float64
 * @param labels class indices, int32 or uint8 [batch, ...]
 * @returns float32 [classes, classes]: a row per actual class, a column per predicted one
 * @throws ShapeError or DTypeError for inputs that do not fit
 * @example
 * const counts = await ops.confusionMatrix(logits, labels).data();
 */
export function confusionMatrix(logits: Tensor, labels: Tensor): Tensor {
  checkClassification('confusionMatrix', logits, labels);
  const classes = classesOf(logits);
  const predictions = argMax(logits);
  const counts = empty([classes, classes], 'float32');
  native.confusionMatrix(labels.handle, predictions.handle, counts.handle, classes);
  predictions.dispose();
  return counts;
}
