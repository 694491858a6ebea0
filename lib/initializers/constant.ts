import { checkNumber } from '../tensor/arguments.js';
import type { Initializer } from './initializer.js';

/** Every element is `value`. @throws ArgumentError unless it is finite. */
export function constant(value: number): Initializer {
  checkNumber('constant', 'value', value);
  return (parameter) => parameter.fill(value);
}

/** Every element is 0. */
export const zeros: Initializer = constant(0);

/** Every element is 1. */
export const ones: Initializer = constant(1);
