// Tensors of one shape side by side along a new axis: each gets the axis with extent 1, then they are joined.
import { checkOptions, show } from '../tensor/arguments.js';
import { checkSameDType, checkSameShape, checkTensor } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { concat } from './concat.js';
import { resolveAxis } from './reduction.js';
import { reshape } from './reshape.js';

/** Options of {@link stack}. */
export interface StackOptions {
  /** Where the new axis stands in the result, counted from the end where negative; first by default. */
  readonly axis?: number;
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * @param inputs one or more tensors of one dtype and shape
 * @throws ArgumentError without inputs or for an axis the result does not have; ShapeError, DTypeError if they differ
 * @example
 * ops.stack([image, image]); // [2, height, width, channels]
 */
export function stack(inputs: readonly Tensor[], options: StackOptions = {}): Tensor {
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new ArgumentError(`stack: expected an array of at least one tensor, but received ${show(inputs)}`);
  for (const [index, input] of inputs.entries()) checkTensor('stack', `inputs[${index}]`, input);
  checkOptions('stack', options, ['axis']);
  const [first] = inputs as [Tensor];
  for (const [index, input] of inputs.entries()) {
    checkSameDType('stack', `inputs[${index}]`, input, 'inputs[0]', first);
    checkSameShape('stack', `inputs[${index}]`, input, first.shape);
  }
  const axis = resolveAxis('stack', options.axis ?? 0, [inputs.length, ...first.shape]);
  const single = first.shape.toSpliced(axis, 0, 1);
  return concat(
    inputs.map((input: Tensor) => reshape(input, single)),
    { axis },
  );
}
