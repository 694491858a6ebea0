import { allocateTypedArray } from '../tensor/dtype.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Random } from '../tensor/random.js';
import { elementCount } from '../tensor/shape.js';

/**
 * Writes the first values of a parameter: a function of its shape and dtype and of the state of `random` alone.
 *
 * Weights are [inputs, outputs] (dense) or [height, width, inputs, outputs] (convolution).
 */
export type Initializer = (parameter: Parameter, random: Random) => void;

/** Sets every element to a `draw()`, in memory order: the one place where initial values are generated. */
export function generate(parameter: Parameter, draw: () => number): void {
  const values = allocateTypedArray(parameter.dtype, elementCount(parameter.shape));
  for (let index = 0; index < values.length; index += 1) values[index] = draw();
  parameter.assign(values);
}
