// What the adaptive poolings of sequences share: they are those of images one pixel high.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import type { AdaptivePool2dOptions } from './adaptive_pool2d.js';
import { asImages, asSequences, checkSequences } from './pool1d.js';

/** Options of the adaptive poolings of sequences. */
export interface AdaptivePool1dOptions {
  /** Length of the output. */
  readonly outputSize: number;
}

/** Runs an adaptive pooling of images on sequences. @throws DTypeError, ShapeError or ArgumentError @internal */
export function adaptivePool1d(
  subject: string,
  x: Tensor,
  options: AdaptivePool1dOptions,
  pool: (image: Tensor, options: AdaptivePool2dOptions) => Tensor,
): Tensor {
  checkOptions(subject, options, ['outputSize']);
  checkInteger(subject, 'outputSize', options.outputSize);
  checkSequences(subject, x);
  return asSequences(pool(asImages(x), { outputSize: [1, options.outputSize] }));
}
