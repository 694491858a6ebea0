import { checkNumber } from '../tensor/arguments.js';
import { generate, type Initializer } from './initializer.js';

/** Every element is `value`. @throws ArgumentError unless it is finite. */
export function constant(value: number): Initializer {
  checkNumber('constant', 'value', value);
  return (parameter) => generate(parameter, () => value);
}

/** Every element is 0. */
export const zeros: Initializer = constant(0);

/** Every element is 1. */
export const ones: Initializer = constant(1);
