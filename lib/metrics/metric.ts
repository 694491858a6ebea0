// What a metric is. It measures a batch with tensors and no waiting; the numbers are summed up on the host when they arrive, so
// that the training loop never stalls for them, and a checkpoint can hold the sums.
import type { Tensors } from '../tensor/named.js';
import type { Tensor } from '../tensor/tensor.js';

/** Judges outputs over many batches. Models with several outputs hand over a record of tensors, likewise for targets. */
export interface Metric<
  Name extends string = string,
  Output extends Tensors = Tensor,
  Target extends Tensors = Tensor,
> {
  /** What histories, progress lines and early stopping call it: `'accuracy'`. */
  readonly name: Name;
  /** Whether training should raise it or lower it. */
  readonly better: 'higher' | 'lower';
  /** A small tensor of any shape whose sum over all batches tells everything: the number of correct samples, a confusion matrix. */
  measure(output: Output, target: Target): Tensor;
  /** The metric, from the sum of what was measured, element by element, over `samples` samples. */
  value(sums: Float64Array, samples: number): number;
}

/** A metric of whatever outputs and targets. */
export type AnyMetric = Metric<string, never, never>;
