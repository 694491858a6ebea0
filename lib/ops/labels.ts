// Labels: class numbers, int32 or, as image files hold them, uint8. Their range is for the computation to see (native/ops/labels.h).
import { checkSameShape, checkTensor } from '../tensor/checks.js';
import { DTypeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Whether the tensor holds labels rather than numbers. */
export function isLabels({ dtype }: Tensor): boolean {
  return dtype === 'int32' || dtype === 'uint8';
}

/** Checks for labels of that shape. @throws ArgumentError, DTypeError or ShapeError for anything else */
export function checkLabels(subject: string, name: string, value: unknown, shape: Shape): asserts value is Tensor {
  checkTensor(subject, name, value);
  if (!isLabels(value)) throw new DTypeError(`${subject}: ${name} must be int32 or uint8, but is ${value.dtype}`);
  checkSameShape(subject, name, value, shape);
}
