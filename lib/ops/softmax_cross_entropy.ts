/**
 * loss(n) = sₙ Σ_k w_k q(n, k) · (−ln p(n, k)),   p = softmax(logits),   q = (1 − ε) · target + ε / classes
 *
 *   logits [batch, ..., classes]: rows n of classes k, one per sample, or one per pixel of each
 *   target labels int32 or uint8 [batch, ...], or distributions [batch, ..., classes]
 *   w classWeights [classes]    s sampleWeights [batch, ...] or [batch]    ε labelSmoothing
 *
 * mean: Σ loss / Σ sₙ w(labelₙ) over rows that are not ignored, as in PyTorch; with distributions Σ loss / Σ sₙ.
 */
import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkChoice, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { checkFloat, checkSameDType, checkSameShape, checkTensor } from '../tensor/checks.js';
import { wideDType } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape, sameShape } from '../tensor/shape.js';
import { empty, Tensor, tensor } from '../tensor/tensor.js';
import { broadcastTo } from './broadcast_to.js';
import { checkLabels, isLabels } from './labels.js';
import { reshape } from './reshape.js';

type TargetHandles = readonly [labels: number, dense: number, classWeights: number, sampleWeights: number];

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    softmaxCrossEntropy(
      logits: Handle, labels: Handle, dense: Handle, classWeights: Handle, sampleWeights: Handle,
      loss: Handle, normalizers: Handle,
      classes: number, smoothing: number, ignored: number, reduced: boolean, averaged: boolean,
    ): void;
    // biome-ignore format: a line per meaning
    softmaxCrossEntropyGradient(
      logits: Handle, labels: Handle, dense: Handle, classWeights: Handle, sampleWeights: Handle,
      normalizers: Handle, dy: Handle, dLogits: Handle,
      classes: number, smoothing: number, ignored: number, reduced: boolean,
    ): void;
  }
}

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Share ε of the target that is spread evenly over all classes: q = (1 − ε) · onehot + ε / classes; default 0. */
  readonly labelSmoothing?: number;
  /** What the share of each class in the loss is multiplied by, [classes]; default 1. */
  readonly classWeights?: Tensor | readonly number[];
  /** What the loss of each row is multiplied by: [batch, ...], or [batch] for all rows of a sample alike; default 1. */
  readonly sampleWeights?: Tensor | readonly number[];
  /** The label of rows that take no part: −1, or 255; for labels only, default none. */
  readonly ignoreIndex?: number;
  /** What becomes of the losses of the rows: their (weighted) mean (default), their sum, or themselves. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

interface Attributes {
  readonly smoothing: number;
  readonly ignored: number;
  readonly reduction: 'mean' | 'sum' | 'none';
}

/** What no label is. */
const NO_LABEL = 2 ** 32;

type Inputs = [logits: Tensor, target: Tensor, classWeights: Tensor | undefined, sampleWeights: Tensor | undefined];

const softmaxCrossEntropyOp = defineOp({
  name: 'softmaxCrossEntropy',
  forward([logits, target, classWeights, sampleWeights]: Inputs, { smoothing, ignored, reduction }: Attributes) {
    const [rows, classes] = [logits.shape.slice(0, -1), classesOf(logits)];
    const output = empty(reduction === 'none' ? rows : [], logits.dtype);
    const normalizers = empty([3 * elementCount(rows) + 1], logits.dtype);
    native.softmaxCrossEntropy(
      logits.handle,
      ...targetHandles(target, classWeights, sampleWeights),
      output.handle,
      normalizers.handle,
      classes,
      smoothing,
      ignored,
      reduction !== 'none',
      reduction === 'mean',
    );
    return { output, saved: { logits, target, classWeights, sampleWeights, normalizers } };
  },
  bfloat16: { inputs: [] },
  backward: (
    dy,
    { logits, target, classWeights, sampleWeights, normalizers },
    { smoothing, ignored, reduction }: Attributes,
  ) => [
    () => {
      const dLogits = empty(logits.shape, logits.dtype);
      native.softmaxCrossEntropyGradient(
        logits.handle,
        ...targetHandles(target, classWeights, sampleWeights),
        normalizers.handle,
        dy.handle,
        dLogits.handle,
        classesOf(logits),
        smoothing,
        ignored,
        reduction !== 'none',
      );
      return dLogits;
    },
    undefined,
    undefined,
    undefined,
  ],
});

function targetHandles(target: Tensor, classWeights?: Tensor, sampleWeights?: Tensor): TargetHandles {
  const sparse = isLabels(target);
  return [
    sparse ? target.handle : 0,
    sparse ? 0 : target.handle,
    classWeights?.handle ?? 0,
    sampleWeights?.handle ?? 0,
  ];
}

/**
 * Cross-entropy between the softmax of logits and a target, computed together and without overflow. For labels its gradient is
 * (p − q) / batch.
 *
 * Labels are read by the computation only: one outside of 0 … classes − 1 makes the next `item()` or `data()` reject with a
 * NativeError that names it. Where all rows are ignored the mean is 0. Gradients flow into the logits only.
 *
 * @param logits [batch, ..., classes], float32 or float64: [batch, classes], or [batch, height, width, classes] for one per pixel
 * @param target class indices, int32 or uint8 [batch, ...]; or a distribution per row, of the logits' shape and dtype
 * @returns a scalar, over all rows; [batch, ...] for reduction `'none'`
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const loss = ops.softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1, classWeights: [1, 5] });
 */
export function softmaxCrossEntropy(logits: Tensor, target: Tensor, options: SoftmaxCrossEntropyOptions = {}): Tensor {
  const subject = 'softmaxCrossEntropy';
  checkOptions(subject, options, ['labelSmoothing', 'classWeights', 'sampleWeights', 'ignoreIndex', 'reduction']);
  const { labelSmoothing = 0, ignoreIndex, reduction = 'mean' } = options;
  checkNumber(subject, 'labelSmoothing', labelSmoothing, 0, 1);
  checkChoice(subject, 'reduction', reduction, ['mean', 'sum', 'none']);
  if (isDense(target)) checkDistributions(subject, logits, target);
  else checkClassification(subject, logits, target);
  if (ignoreIndex !== undefined) checkIgnored(subject, ignoreIndex, target);
  const rows = logits.shape.slice(0, -1);
  const classWeights = weightsOf(subject, 'classWeights', options.classWeights, logits, [classesOf(logits)]);
  const ofSamples = weightsOf(subject, 'sampleWeights', options.sampleWeights, logits, rows, rows.slice(0, 1));
  const sampleWeights = ofSamples && ofRows(ofSamples, rows);
  return softmaxCrossEntropyOp([logits, target, classWeights, sampleWeights], {
    smoothing: labelSmoothing,
    ignored: ignoreIndex ?? NO_LABEL,
    reduction,
  });
}

function isDense(target: unknown): boolean {
  return target instanceof Tensor && target.shape.length >= 2 && !isLabels(target);
}

/** The extent of the last axis. @internal */
export function classesOf(logits: Tensor): number {
  return logits.shape.at(-1) as number;
}

/** Checks for float logits [batch, ..., classes], none of them empty, and a distribution per row. @internal */
export function checkDistributions(subject: string, logits: Tensor, target: Tensor): void {
  checkLogits(subject, logits);
  checkFloat(subject, 'target', target);
  checkSameDType(subject, 'target', target, 'logits', logits);
  checkSameShape(subject, 'target', target, logits.shape);
}

function checkIgnored(subject: string, ignoreIndex: unknown, target: Tensor): void {
  if (!Number.isInteger(ignoreIndex) || (ignoreIndex as number) !== ((ignoreIndex as number) | 0))
    throw new ArgumentError(
      `${subject}: ignoreIndex must be a label, a 32-bit integer, but received ${show(ignoreIndex)}`,
    );
  if (isDense(target))
    throw new ArgumentError(`${subject}: ignoreIndex needs labels, but the targets are distributions`);
  if (target.dtype === 'uint8' && ((ignoreIndex as number) < 0 || (ignoreIndex as number) > 255))
    throw new ArgumentError(`${subject}: ignoreIndex is ${ignoreIndex}, which no uint8 label can be`);
}

/** Weights as a tensor of the logits' dtype and of one of two shapes. @internal */
export function weightsOf(
  subject: string,
  name: string,
  given: Tensor | readonly number[] | undefined,
  logits: Tensor,
  shape: Shape,
  other: Shape = shape,
): Tensor | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given)) {
    for (const [index, weight] of given.entries()) checkNumber(subject, `${name}[${index}]`, weight, 0);
  } else checkTensor(subject, name, given);
  const weights = Array.isArray(given) ? tensor(given, [given.length], wideDType(logits.dtype)) : (given as Tensor);
  checkFloat(subject, name, weights);
  checkSameDType(subject, name, weights, 'logits', logits);
  if (!sameShape(weights.shape, other)) checkSameShape(subject, name, weights, shape);
  return weights;
}

/** A weight per row from a weight per row or sample. */
function ofRows(weights: Tensor, rows: Shape): Tensor {
  if (sameShape(weights.shape, rows)) return weights;
  return broadcastTo(reshape(weights, [...weights.shape, ...rows.slice(1).map(() => 1)]), rows);
}

/** Checks for float logits [batch, ..., classes], none of them empty, and labels [batch, ...]. @internal */
export function checkClassification(subject: string, logits: Tensor, labels: Tensor): void {
  checkAxes(subject, logits);
  checkLabels(subject, 'labels', labels, logits.shape.slice(0, -1));
  checkLogits(subject, logits);
}

function checkAxes(subject: string, logits: Tensor): void {
  checkFloat(subject, 'logits', logits);
  if (logits.shape.length < 2)
    throw new ShapeError(
      `${subject}: logits must have at least 2 axes [batch, ..., classes], but has shape ${formatShape(logits.shape)}`,
    );
}

function checkLogits(subject: string, logits: Tensor): void {
  checkAxes(subject, logits);
  if (logits.shape.includes(0))
    throw new ShapeError(`${subject}: logits must not be empty, but have shape ${formatShape(logits.shape)}`);
}
