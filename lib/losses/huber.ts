// loss = mean over all elements of  d² / 2            where d = |output − target| ≤ δ
//                                   δ · (d − δ / 2)   beyond            Huber 1964; both are c · (d − c / 2) with c = min(d, δ)
import { abs } from '../ops/abs.js';
import { mean } from '../ops/mean.js';
import { minimum } from '../ops/minimum.js';
import { multiply } from '../ops/multiply.js';
import { subtract } from '../ops/subtract.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair } from './check_pair.js';

/** Options of `huber`. */
export interface HuberOptions {
  /** Where the parabola becomes a line, above 0; default 1. */
  readonly delta?: number;
}

/**
 * The loss of regressions that is quadratic for small differences and linear for large ones.
 *
 * @param output float [batch, ...]
 * @param target of the output's shape and dtype
 * @throws ShapeError or DTypeError for anything else; ArgumentError for an invalid or unknown option
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.huber });
 */
export function huber(output: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkOptions('huber', options, ['delta']);
  const { delta = 1 } = options;
  checkNumber('huber', 'delta', delta, 0);
  if (delta === 0) throw new ArgumentError('huber: delta must be above 0, but received 0');
  const distance = abs(subtract(...checkPair('huber', output, target)));
  const near = minimum(distance, delta);
  return mean(multiply(near, subtract(distance, multiply(near, 0.5))));
}
