import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Random } from '../tensor/random.js';

/**
 * Writes the first values of a parameter: a function of its shape and dtype and of the state of `random` alone.
 *
 * Weights are [inputs, outputs] (dense) or [height, width, inputs, outputs] (convolution).
 */
export type Initializer = (parameter: Parameter, random: Random) => void;

/** Checks the options of a layer that end in `Initializer`. @throws ArgumentError unless they are functions or left out */
export function checkInitializers(subject: string, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (!name.endsWith('Initializer') || value === undefined || typeof value === 'function') continue;
    throw new ArgumentError(
      `${subject}: ${name} must be an initializer, such as heNormal(), but received ${show(value)}`,
    );
  }
}
