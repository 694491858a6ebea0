// He (Kaiming) initialisation keeps the expected squared norm through layers that end in ReLU:
//   uniform ±√(6 / fan),   normal σ = √(2 / fan).   He et al. 2015 (arXiv 1502.01852).
import { checkChoice, checkNumber } from '../tensor/arguments.js';
import { fans } from './fan.js';
import type { Initializer } from './initializer.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';

/** Which fan scales the weights: `'fanIn'` keeps the forward signal, `'fanOut'` the gradient. */
export type FanMode = 'fanIn' | 'fanOut';

/** He's normal distribution. @param mode default `'fanIn'`; torchvision's networks use `'fanOut'`. */
export function heNormal(mode: FanMode = 'fanIn'): Initializer {
  checkChoice('heNormal', 'mode', mode, ['fanIn', 'fanOut']);
  return (parameter, random) => normal(Math.sqrt(2 / fans(parameter.shape)[mode]))(parameter, random);
}

/** He's uniform distribution. @param mode default `'fanIn'`. */
export function heUniform(mode: FanMode = 'fanIn'): Initializer {
  checkChoice('heUniform', 'mode', mode, ['fanIn', 'fanOut']);
  return (parameter, random) => {
    const bound = Math.sqrt(6 / fans(parameter.shape)[mode]);
    return uniform(-bound, bound)(parameter, random);
  };
}

/**
 * Uniform ±√(6 / ((1 + a²) · fanIn)): He's for a leaky ReLU of negative slope `a`.
 *
 * PyTorch's default for weights is `a = √5`, which is U(±1/√fanIn); it is ours too.
 *
 * @throws ArgumentError unless `a` is finite.
 */
export function kaimingUniform(a = 0): Initializer {
  checkNumber('kaimingUniform', 'a', a);
  return (parameter, random) => {
    const bound = Math.sqrt(6 / ((1 + a * a) * fans(parameter.shape).fanIn));
    return uniform(-bound, bound)(parameter, random);
  };
}
