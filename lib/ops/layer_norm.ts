// Group normalisation of one pixel and one group: every element is a channel of its own; the kernels are group_norm.cpp's.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type NormOptions, normalizeGroups } from './group_norm.js';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions extends NormOptions {
  /** How many of the last axes are normalised together; default 1. */
  readonly axes?: number;
}

/**
 * Layer normalisation: the last axes are brought to mean 0 and variance 1 together, then scaled and shifted elementwise.
 *
 * Ba et al. 2016 (arXiv 1607.06450).
 *
 * @param x float tensor of at least `axes` axes
 * @param options `axes` 1; `gamma` and `beta` of the shape of those axes, none by default; `epsilon` 1e-5
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const y = ops.layerNorm(features, { gamma, beta }); // each row of [batch, features]
 */
export function layerNorm(x: Tensor, options: LayerNormOptions = {}): Tensor {
  checkOptions('layerNorm', options, ['axes', 'gamma', 'beta', 'epsilon']);
  const { axes = 1 } = options;
  checkInteger('layerNorm', 'axes', axes);
  checkFloat('layerNorm', 'x', x);
  const shape = x.shape.slice(-axes);
  if (shape.length < axes || shape.includes(0))
    throw new ShapeError(`layerNorm: x of shape ${formatShape(x.shape)} has no ${axes} last axes to normalise`);
  const batch = elementCount(x.shape.slice(0, -axes));
  return normalizeGroups('layerNorm', x, [batch, 1, elementCount(shape), 1], shape, options);
}
