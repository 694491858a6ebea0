import { fillUniform } from '../ops/random_fill.js';
import { checkNumber } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import { fans } from './fan.js';
import type { Initializer } from './initializer.js';

/** Uniform in [low, high). @throws ArgumentError unless both are finite and low ≤ high. */
export function uniform(low: number, high: number): Initializer {
  checkNumber('uniform', 'low', low);
  checkNumber('uniform', 'high', high);
  if (low > high) throw new ArgumentError(`uniform: low must not exceed high, but received ${low} and ${high}`);
  return (parameter, random) => fillUniform(parameter, { low, high, random });
}

/** U(±1/√fanIn) with the fan-in of `weights`, for the bias beside them: PyTorch's default. */
export function fanInUniform(weights: Shape): Initializer {
  const bound = 1 / Math.sqrt(fans(weights).fanIn);
  return uniform(-bound, bound);
}
