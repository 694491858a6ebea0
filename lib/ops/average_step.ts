// Not differentiable: it overwrites parameters.
import { native } from '../native.js';
import { checkBoolean, checkNumber } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import { checkStep } from './parameter_step.js';

declare module '../native.js' {
  interface Native {
    averageStep(average: Handle, parameter: Handle, rate: number, writeBack: boolean): void;
  }
}

/**
 * Moves an average in place towards a parameter: average = average + rate · (parameter − average).
 *
 * @param rate from 0 to 1
 * @param writeBack whether the parameter takes the average's new value, default false
 * @throws ArgumentError, ShapeError or DTypeError for what does not fit
 * @example
 * averageStep(average, filter, 0.001);
 */
export function averageStep(average: Parameter, parameter: Parameter, rate: number, writeBack = false): void {
  checkStep('averageStep', parameter, parameter, { average });
  checkNumber('averageStep', 'rate', rate, 0, 1);
  checkBoolean('averageStep', 'writeBack', writeBack);
  native.averageStep(average.handle, parameter.handle, rate, writeBack);
  average.markWritten();
  if (writeBack) parameter.markWritten();
}
