// What the updates of parameters share: their common options, and the checks of what they are given.
import { checkBoolean, checkNumber, show } from '../tensor/arguments.js';
import { checkEqualDType, checkFloat, checkSameShape } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { Parameter } from '../tensor/parameter.js';
import { Tensor } from '../tensor/tensor.js';

/** Options of every update. */
export interface StepOptions {
  readonly learningRate: number;
  /** Default 0. */
  readonly weightDecay?: number;
  /** Whether weight decay shrinks the weight by learningRate · weightDecay instead of joining the gradient; default false. */
  readonly decoupled?: boolean;
  /**
   * What the gradient is multiplied by first: a number, or a scalar tensor of the parameter's dtype, as clipping by the
   * norm of all gradients computes it; default 1.
   */
  readonly gradientScale?: number | Tensor;
}

/** The names of those options. */
export const stepOptions = ['learningRate', 'weightDecay', 'decoupled', 'gradientScale'] as const;

/** The common options as the native side takes them. */
export interface StepNumbers {
  readonly scaleHandle: number;
  readonly scale: number;
  /** Weight decay that joins the gradient. */
  readonly decay: number;
  /** What the weight is multiplied by. */
  readonly shrink: number;
}

/** Checks the options all updates have. @throws ArgumentError, ShapeError or DTypeError */
export function stepNumbers(subject: string, parameter: Parameter, options: StepOptions): StepNumbers {
  const { learningRate, weightDecay = 0, decoupled = false, gradientScale = 1 } = options;
  checkNumber(subject, 'learningRate', learningRate, 0);
  checkNumber(subject, 'weightDecay', weightDecay, 0);
  checkBoolean(subject, 'decoupled', decoupled);
  if (gradientScale instanceof Tensor) {
    checkEqualDType(subject, 'gradientScale', gradientScale, 'the parameter', parameter);
    checkSameShape(subject, 'gradientScale', gradientScale, []);
  } else checkNumber(subject, 'gradientScale', gradientScale);
  return {
    scaleHandle: gradientScale instanceof Tensor ? gradientScale.handle : 0,
    scale: gradientScale instanceof Tensor ? 1 : gradientScale,
    decay: decoupled ? 0 : weightDecay,
    shrink: decoupled ? 1 - learningRate * weightDecay : 1,
  };
}

/** @throws ArgumentError unless `value` is a number in [0, 1) */
export function checkShare(subject: string, name: string, value: unknown): asserts value is number {
  checkNumber(subject, name, value, 0, 1);
  if (value === 1) throw new ArgumentError(`${subject}: ${name} must be below 1, but received 1`);
}

/** Checks for a float parameter, and a gradient and state parameters like it. @throws ArgumentError, ShapeError or DTypeError */
export function checkStep(
  subject: string,
  parameter: Parameter,
  gradient: Tensor,
  state: Readonly<Record<string, Parameter>>,
): void {
  checkParameter(subject, 'parameter', parameter);
  checkFloat(subject, 'parameter', parameter);
  for (const [name, value] of Object.entries(state)) checkParameter(subject, name, value);
  for (const [name, value] of Object.entries({ gradient, ...state })) {
    checkFloat(subject, name, value);
    checkEqualDType(subject, name, value, 'the parameter', parameter);
    checkSameShape(subject, name, value, parameter.shape);
  }
}

function checkParameter(subject: string, name: string, value: unknown): void {
  if (!(value instanceof Parameter))
    throw new ArgumentError(`${subject}: ${name} must be a parameter, but received ${show(value)}`);
}
