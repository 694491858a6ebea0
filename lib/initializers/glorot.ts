// Glorot (Xavier) initialisation keeps the variance of values forward and of gradients backward:
//   uniform ±√(6 / (fanIn + fanOut)),   normal σ = √(2 / (fanIn + fanOut)).   Glorot & Bengio 2010.
import type { Shape } from '../tensor/shape.js';
import { fans } from './fan.js';
import type { Initializer } from './initializer.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';

/** Glorot's uniform distribution: Keras' default for weights (with biases at zero). */
export function glorotUniform(): Initializer {
  return (parameter, random) => glorotUniformOf(parameter.shape)(parameter, random);
}

/** Glorot's uniform distribution with the fans of `weights`, for parameters of another shape. */
export function glorotUniformOf(weights: Shape): Initializer {
  const { fanIn, fanOut } = fans(weights);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(-bound, bound);
}

/** Glorot's normal distribution (not truncated; Keras' is). */
export function glorotNormal(): Initializer {
  return (parameter, random) => {
    const { fanIn, fanOut } = fans(parameter.shape);
    return normal(Math.sqrt(2 / (fanIn + fanOut)))(parameter, random);
  };
}
