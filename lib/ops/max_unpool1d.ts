// Max-unpooling of sequences, in the kernels of max_unpool2d.
import { checkFloat, checkSameShape } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { PoolSwitches } from './max_pool2d.js';
import { maxUnpool2d } from './max_unpool2d.js';
import { asImages, asSequences } from './pool1d.js';

/**
 * Max-unpooling of a sequence: puts each value where the maximum of its window stood, zeros elsewhere; values that meet are added.
 *
 * @param y [batch, output length, channels] of the pooling
 * @param switches what maxPool1dWithSwitches returned
 * @returns [batch, length, channels], the shape that was pooled
 * @throws ShapeError, DTypeError or ArgumentError for inputs that do not fit
 * @example
 * const { output, switches } = ops.maxPool1dWithSwitches(sequences, { poolSize: 2 });
 * const peaks = ops.maxUnpool1d(output, switches);
 */
export function maxUnpool1d(y: Tensor, switches: PoolSwitches): Tensor {
  checkFloat('maxUnpool1d', 'y', y);
  if (!(switches instanceof PoolSwitches) || switches.inputShape[1] !== 1 || switches.geometry.height.out !== 1)
    throw new ArgumentError('maxUnpool1d: switches must be what maxPool1dWithSwitches returned');
  const [batch, , , channels] = switches.inputShape as readonly [number, number, number, number];
  checkSameShape('maxUnpool1d', 'y', y, [batch, switches.geometry.width.out, channels]);
  return asSequences(maxUnpool2d(asImages(y), switches));
}
