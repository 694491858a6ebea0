// y(…, u) = max of x(…, u·pieces), …, x(…, u·pieces + pieces − 1): max pooling along the channels, in max_pool2d.cpp's kernels.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { maxPool2d } from './max_pool2d.js';
import { reshape } from './reshape.js';

/** Options of {@link maxout}. */
export interface MaxoutOptions {
  /** Neighbouring channels that make one unit. */
  readonly pieces: number;
}

/**
 * Maxout: the maximum over groups of `pieces` neighbouring channels. Goodfellow et al. 2013 (arXiv 1302.4389).
 *
 * @param x float tensor [..., units · pieces]
 * @returns [..., units]; of equal values the first gets the gradient
 * @throws ShapeError unless pieces divide the channels; DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.maxout(ops.conv2d(x, filter), { pieces: 3 });
 */
export function maxout(x: Tensor, options: MaxoutOptions): Tensor {
  checkOptions('maxout', options, ['pieces']);
  const { pieces } = options;
  checkInteger('maxout', 'pieces', pieces);
  checkFloat('maxout', 'x', x);
  const channels = x.shape.at(-1) ?? 0;
  if (channels === 0 || channels % pieces !== 0)
    throw new ShapeError(`maxout: x has ${channels} channels, which units of ${pieces} pieces do not divide`);
  const leading = x.shape.slice(0, -1);
  const rows = reshape(x, [elementCount(leading), 1, channels, 1]);
  return reshape(maxPool2d(rows, { poolSize: [1, pieces] }), [...leading, channels / pieces]);
}
