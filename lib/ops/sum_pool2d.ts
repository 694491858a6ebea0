// y = Σ over the window of x: averagePool2d's kernels with a divisor of 1. The gradient adds dy of the windows that hold x.
import type { Tensor } from '../tensor/tensor.js';
import { averagePool2dOp } from './average_pool2d.js';
import { type Pool2dOptions, poolGeometry } from './pool2d.js';

/**
 * The sum of each window of an image, channel by channel; padding counts as zeros.
 *
 * @param x images [batch, height, width, channels]
 * @param options the window; `strides` is `poolSize` by default
 * @returns [batch, output height, output width, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.sumPool2d(images, { poolSize: 2 });
 */
export function sumPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  return averagePool2dOp([x], { ...poolGeometry('sumPool2d', x, options), divisor: 'none' });
}
