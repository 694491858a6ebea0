// The operands of losses that compare output and target element by element.
import { widened } from '../ops/cast.js';
import { checkFloat, checkSameDType, checkSameShape } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Checks for a float output and a target of its shape and dtype, not empty.
 *
 * @returns both, in float32 where they are bfloat16
 * @throws ShapeError or DTypeError
 */
export function checkPair(subject: string, output: Tensor, target: Tensor): readonly [output: Tensor, target: Tensor] {
  checkFloat(subject, 'output', output);
  checkFloat(subject, 'target', target);
  checkSameDType(subject, 'target', target, 'output', output);
  checkSameShape(subject, 'target', target, output.shape);
  if (elementCount(output.shape) === 0)
    throw new ShapeError(`${subject}: output must not be empty, but has shape ${formatShape(output.shape)}`);
  return [widened(output), widened(target)];
}
