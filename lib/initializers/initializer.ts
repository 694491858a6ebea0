import type { Parameter } from '../tensor/parameter.js';
import type { Random } from '../tensor/random.js';

/**
 * Writes the first values of a parameter: a function of its shape and dtype and of the state of `random` alone.
 *
 * Weights are [inputs, outputs] (dense) or [height, width, inputs, outputs] (convolution).
 */
export type Initializer = (parameter: Parameter, random: Random) => void;
