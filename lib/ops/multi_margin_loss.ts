// loss = mean over rows n of w(y) / classes · Σ_{k ≠ y} max(0, margin + z(n, k) − z(n, y))^p,   y the row's label
import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { checkClassification, classesOf, weightsOf } from './softmax_cross_entropy.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    multiMarginLoss(
      logits: Handle, labels: Handle, classWeights: Handle, loss: Handle,
      classes: number, margin: number, squared: boolean,
    ): void;
    // biome-ignore format: a line per meaning
    multiMarginLossGradient(
      logits: Handle, labels: Handle, classWeights: Handle, dy: Handle, dLogits: Handle,
      classes: number, margin: number, squared: boolean,
    ): void;
  }
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginOptions {
  /** By how much the label's logit is to exceed every other; default 1. */
  readonly margin?: number;
  /** Whether what is missing counts as it is (1, the default) or squared (2). */
  readonly p?: 1 | 2;
  /** What the loss of the samples of each class is multiplied by, [classes]; default 1. The mean's divisor stays the count. */
  readonly classWeights?: Tensor | readonly number[];
}

interface Attributes {
  readonly margin: number;
  readonly squared: boolean;
}

type Inputs = [logits: Tensor, labels: Tensor, classWeights: Tensor | undefined];

const multiMarginLossOp = defineOp({
  name: 'multiMarginLoss',
  forward([logits, labels, classWeights]: Inputs, { margin, squared }: Attributes) {
    const output = empty([], logits.dtype);
    const handles = [logits.handle, labels.handle, classWeights?.handle ?? 0, output.handle] as const;
    native.multiMarginLoss(...handles, classesOf(logits), margin, squared);
    return { output, saved: { logits, labels, classWeights } };
  },
  bfloat16: { inputs: [] },
  backward: (dy, { logits, labels, classWeights }, { margin, squared }: Attributes) => [
    () => {
      const dLogits = empty(logits.shape, logits.dtype);
      const handles = [logits.handle, labels.handle, classWeights?.handle ?? 0, dy.handle, dLogits.handle] as const;
      native.multiMarginLossGradient(...handles, classesOf(logits), margin, squared);
      return dLogits;
    },
    undefined,
    undefined,
  ],
});

/**
 * The multi-class hinge loss: what every other logit lacks to being `margin` below the label's, summed over the classes, divided
 * by their number, and averaged over the rows. PyTorch's `MultiMarginLoss`; gradients flow into the logits only.
 *
 * A label outside of 0 … classes − 1 makes the next `item()` or `data()` reject with a NativeError that names it.
 *
 * @param logits [batch, ..., classes], float32 or float64
 * @param labels class indices, int32 or uint8 [batch, ...]
 * @returns a scalar
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const loss = ops.multiMarginLoss(logits, labels, { margin: 1, p: 2 });
 */
export function multiMarginLoss(logits: Tensor, labels: Tensor, options: MultiMarginOptions = {}): Tensor {
  const subject = 'multiMarginLoss';
  checkOptions(subject, options, ['margin', 'p', 'classWeights']);
  const { margin = 1, p = 1 } = options;
  checkNumber(subject, 'margin', margin);
  if (p !== 1 && p !== 2) throw new ArgumentError(`${subject}: p must be 1 or 2, but received ${show(p)}`);
  checkClassification(subject, logits, labels);
  const classWeights = weightsOf(subject, 'classWeights', options.classWeights, logits, [classesOf(logits)]);
  return multiMarginLossOp([logits, labels, classWeights], { margin, squared: p === 2 });
}
