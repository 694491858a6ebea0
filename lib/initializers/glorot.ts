// Glorot (Xavier) initialisation keeps the variance of values forward and of gradients backward:
//   uniform ±√(6 / (fanIn + fanOut)),   normal σ = √(2 / (fanIn + fanOut)).   Glorot & Bengio 2010.
import { fans } from './fan.js';
import type { Initializer } from './initializer.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';

/** Glorot's uniform distribution: Keras' default for weights (with biases at zero). */
export function glorotUniform(): Initializer {
  return (parameter, random) => {
    const { fanIn, fanOut } = fans(parameter.shape);
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    return uniform(-bound, bound)(parameter, random);
  };
}

/** Glorot's normal distribution (not truncated; Keras' is). */
export function glorotNormal(): Initializer {
  return (parameter, random) => {
    const { fanIn, fanOut } = fans(parameter.shape);
    return normal(Math.sqrt(2 / (fanIn + fanOut)))(parameter, random);
  };
}
