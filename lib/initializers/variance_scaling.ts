// A distribution of mean 0 and variance scale / fan, fan being fan-in, fan-out or their mean:
//
//   uniform            ±√(3 scale / fan)
//   normal             σ = √(scale / fan)
//   truncatedNormal    σ = √(scale / fan) / 0.87962566, drawn again beyond 2 σ: the division makes up for what is cut off
//
// Keras' VarianceScaling. Glorot 2010: scale 1, mean of both fans; He 2015: scale 2; LeCun 1998: scale 1, fan-in (Caffe's "xavier").
import { checkChoice, checkNumber, checkOptions } from '../tensor/arguments.js';
import { fans } from './fan.js';
import type { Initializer } from './initializer.js';
import { normal, truncatedNormal } from './normal.js';
import { uniform } from './uniform.js';

/** Standard deviation of a standard normal distribution cut off at ±2. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions {
  /** Default 1. */
  readonly scale?: number;
  /** Default `'fanIn'`. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAverage';
  /** Default `'truncatedNormal'`. */
  readonly distribution?: 'uniform' | 'normal' | 'truncatedNormal';
}

const distributions = {
  uniform: (deviation: number) => uniform(-Math.sqrt(3) * deviation, Math.sqrt(3) * deviation),
  normal: (deviation: number) => normal(deviation),
  truncatedNormal: (deviation: number) => truncatedNormal(deviation / TRUNCATED_DEVIATION),
};

/**
 * Weights of a variance that suits the number of inputs, outputs or both.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * conv2d({ filters: 32, kernelSize: 3, filterInitializer: varianceScaling({ scale: 2 }) });
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  checkOptions('varianceScaling', options, ['scale', 'mode', 'distribution']);
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = options;
  checkNumber('varianceScaling', 'scale', scale, 0);
  checkChoice('varianceScaling', 'mode', mode, ['fanIn', 'fanOut', 'fanAverage']);
  checkChoice('varianceScaling', 'distribution', distribution, ['uniform', 'normal', 'truncatedNormal']);
  return (parameter, random) => {
    const { fanIn, fanOut } = fans(parameter.shape);
    const fan = { fanIn, fanOut, fanAverage: (fanIn + fanOut) / 2 }[mode];
    distributions[distribution](Math.sqrt(scale / fan))(parameter, random);
  };
}

/** Glorot's normal distribution as in Keras: truncated, at the same variance. */
export function glorotTruncatedNormal(): Initializer {
  return varianceScaling({ mode: 'fanAverage' });
}

/** He's normal distribution as in Keras: truncated, at the same variance. */
export function heTruncatedNormal(): Initializer {
  return varianceScaling({ scale: 2 });
}

/** LeCun's normal distribution, truncated as in Keras: variance 1 / fanIn. For SELU. */
export function lecunTruncatedNormal(): Initializer {
  return varianceScaling();
}

/** LeCun's uniform distribution, ±√(3 / fanIn): Caffe's "xavier". */
export function lecunUniform(): Initializer {
  return varianceScaling({ distribution: 'uniform' });
}
