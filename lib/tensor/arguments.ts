// Checks of options and arguments. Every function names its subject (an op or a layer), the option, what was expected and what was received.
import { ArgumentError } from './errors.js';

/** One number for both spatial axes, or [height, width]. */
export type Pair = number | readonly [number, number];

/** A value as an error message shows it: short, and never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number' || value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  try {
    return (JSON.stringify(value, unusual) ?? String(value)).slice(0, 80);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** JSON would print NaN as null, and fails for a bigint. */
function unusual(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
}

/** @throws ArgumentError unless `value` is an integer of at least `minimum`. */
export function checkInteger(subject: string, name: string, value: unknown, minimum = 1): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < minimum) {
    const expected =
      minimum === 1
        ? 'a positive integer'
        : minimum === 0
          ? 'a non-negative integer'
          : `an integer of at least ${minimum}`;
    throw new ArgumentError(`${subject}: ${name} must be ${expected}, but received ${show(value)}`);
  }
}

/** @throws ArgumentError unless `value` is a finite number in [low, high]. */
export function checkNumber(
  subject: string,
  name: string,
  value: unknown,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): asserts value is number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high) return;
  const bounds =
    low === Number.NEGATIVE_INFINITY
      ? ''
      : high === Number.POSITIVE_INFINITY
        ? ` of at least ${low}`
        : ` from ${low} to ${high}`;
  throw new ArgumentError(`${subject}: ${name} must be a finite number${bounds}, but received ${show(value)}`);
}

/** @throws ArgumentError unless `value` is true or false. */
export function checkBoolean(subject: string, name: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean')
    throw new ArgumentError(`${subject}: ${name} must be true or false, but received ${show(value)}`);
}

/** @throws ArgumentError unless `value` is one of `choices`. */
export function checkChoice<T extends string>(
  subject: string,
  name: string,
  value: unknown,
  choices: readonly T[],
): asserts value is T {
  if (choices.includes(value as T)) return;
  throw new ArgumentError(
    `${subject}: ${name} must be one of ${choices.map((c) => `'${c}'`).join(', ')}, but received ${show(value)}`,
  );
}

/** [height, width] of a pair given as one number or two. @throws ArgumentError for anything below `minimum` or not an integer. */
export function toPair(subject: string, name: string, value: unknown, minimum = 1): readonly [number, number] {
  if (Array.isArray(value)) {
    if (value.length !== 2)
      throw new ArgumentError(`${subject}: ${name} must be a number or [height, width], but received ${show(value)}`);
    checkInteger(subject, `${name}[0]`, value[0], minimum);
    checkInteger(subject, `${name}[1]`, value[1], minimum);
    return [value[0], value[1]];
  }
  checkInteger(subject, name, value, minimum);
  return [value, value];
}

/** @throws ArgumentError when `options` is not an object or has a key that is not in `known`: no option is accepted and ignored. */
export function checkOptions(subject: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError(`${subject}: expected an options object, but received ${show(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new ArgumentError(`${subject}: unknown option '${key}'; it takes ${known.join(', ')}`);
  }
}
