import { fillNormal, fillTruncatedNormal } from '../ops/random_fill.js';
import { checkNumber } from '../tensor/arguments.js';
import type { Initializer } from './initializer.js';

/** Normal with the given mean (default 0) and standard deviation. @throws ArgumentError unless they are finite and the latter ≥ 0. */
export function normal(standardDeviation: number, mean = 0): Initializer {
  checkNumber('normal', 'standardDeviation', standardDeviation, 0);
  checkNumber('normal', 'mean', mean);
  return (parameter, random) => fillNormal(parameter, { mean, standardDeviation, random });
}

/**
 * Normal, drawn again when more than two standard deviations from the mean (default 0).
 *
 * What comes out has 0.8796 times the deviation given, as in Keras' `TruncatedNormal` and PyTorch's `trunc_normal_(a=-2σ, b=2σ)`.
 *
 * @throws ArgumentError unless both are finite and the deviation ≥ 0.
 */
export function truncatedNormal(standardDeviation: number, mean = 0): Initializer {
  checkNumber('truncatedNormal', 'standardDeviation', standardDeviation, 0);
  checkNumber('truncatedNormal', 'mean', mean);
  return (parameter, random) => fillTruncatedNormal(parameter, { mean, standardDeviation, random });
}
