import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameShape, checkTensorDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    /** Writes one loss per row, or, reduced, their sum times `scale`; and two normalizers per row for the gradient. */
    softmaxCrossEntropy(
      logits: Handle,
      labels: Handle,
      loss: Handle,
      normalizers: Handle,
      classes: number,
      smoothing: number,
      scale: number,
      reduced: boolean,
    ): void;
    softmaxCrossEntropyGradient(
      logits: Handle,
      labels: Handle,
      normalizers: Handle,
      dy: Handle,
      dLogits: Handle,
      classes: number,
      smoothing: number,
      scale: number,
      reduced: boolean,
    ): void;
  }
}

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Share ε of the target that is spread evenly over all classes: q = (1 − ε) · onehot + ε / classes; default 0. */
  readonly labelSmoothing?: number;
  /** What becomes of the losses of the rows: their mean (default), their sum, or themselves. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

interface Attributes {
  readonly smoothing: number;
  readonly scale: number;
  readonly reduced: boolean;
}

const softmaxCrossEntropyOp = defineOp({
  name: 'softmaxCrossEntropy',
  forward([logits, labels]: [Tensor, Tensor], { smoothing, scale, reduced }: Attributes) {
    const [batch, classes] = logits.shape as [number, number];
    const output = empty(reduced ? [] : [batch], logits.dtype);
    const normalizers = empty([batch, 2], logits.dtype);
    native.softmaxCrossEntropy(
      logits.handle,
      labels.handle,
      output.handle,
      normalizers.handle,
      classes,
      smoothing,
      scale,
      reduced,
    );
    return { output, saved: { logits, labels, normalizers } };
  },
  backward: (dy, { logits, labels, normalizers }, { smoothing, scale, reduced }) => [
    () => {
      const dLogits = empty(logits.shape, logits.dtype);
      native.softmaxCrossEntropyGradient(
        logits.handle,
        labels.handle,
        normalizers.handle,
        dy.handle,
        dLogits.handle,
        logits.shape[1] as number,
        smoothing,
        scale,
        reduced,
      );
      return dLogits;
    },
    undefined,
  ],
});

/**
 * Cross-entropy between the softmax of logits and integer labels, computed together and without overflow. Its gradient is
 * (p − q) / batch.
 *
 * Labels are read by the computation only: one outside of 0 … classes − 1 makes the next `item()` or `data()` reject with a
 * NativeError that names it.
 *
 * @param logits [batch, classes], float32 or float64
 * @param labels class indices, int32 [batch]
 * @returns a scalar; [batch] for reduction `'none'`
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const loss = ops.softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 });
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: SoftmaxCrossEntropyOptions = {}): Tensor {
  const subject = 'softmaxCrossEntropy';
  checkOptions(subject, options, ['labelSmoothing', 'reduction']);
  const { labelSmoothing = 0, reduction = 'mean' } = options;
  checkNumber(subject, 'labelSmoothing', labelSmoothing, 0, 1);
  checkChoice(subject, 'reduction', reduction, ['mean', 'sum', 'none']);
  checkClassification(subject, logits, labels);
  const scale = reduction === 'mean' ? 1 / (logits.shape[0] as number) : 1;
  return softmaxCrossEntropyOp([logits, labels], { smoothing: labelSmoothing, scale, reduced: reduction !== 'none' });
}

/** Checks for float logits [batch, classes], neither of them empty, and int32 labels [batch]. @internal */
export function checkClassification(subject: string, logits: Tensor, labels: Tensor): void {
  checkFloat(subject, 'logits', logits);
  checkRank(subject, 'logits', logits, 2, '[batch, classes]');
  checkTensorDType(subject, 'labels', labels, 'int32');
  checkSameShape(subject, 'labels', labels, [logits.shape[0] as number]);
  if (logits.shape.includes(0))
    throw new ShapeError(`${subject}: logits must not be empty, but have shape ${formatShape(logits.shape)}`);
}
