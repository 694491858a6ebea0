// One value, or several under names: what models with several inputs or outputs take and give instead of a single tensor.
import { show } from './arguments.js';
import { ArgumentError } from './errors.js';
import { formatShape, type Shape } from './shape.js';
import { Tensor } from './tensor.js';

/** Values by name: `{ image, mask }`. */
export type Named<T> = Readonly<Record<string, T>>;

export type OneOrNamed<T> = T | Named<T>;

/** One tensor, or several by name. */
export type Tensors = OneOrNamed<Tensor>;

/** One shape, or several by name. */
export type Shapes = OneOrNamed<Shape>;

/** `U` in the place of every `T`: a U for a single T, a record with the same names for a record. */
export type Replaced<Values, T, U> = Values extends T ? U : { readonly [Name in keyof Values]: U };

/** The tensors that come in these shapes. */
export type TensorsOf<S> = Replaced<S, Shape, Tensor>;

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Whether something is a plain object, which a record of named values has to be. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Names and values; a single value has no name. */
export function entriesOf<T>(
  values: OneOrNamed<T>,
  isOne: (value: unknown) => value is T,
): (readonly [name: string | undefined, value: T])[] {
  return isOne(values) ? [[undefined, values]] : Object.entries(values as Named<T>);
}

/** What `f` makes of the value, or of every value of a record. */
export function mapNamed<T, U>(
  values: OneOrNamed<T>,
  isOne: (value: unknown) => value is T,
  f: (value: T, name: string | undefined) => U,
): OneOrNamed<U> {
  if (isOne(values)) return f(values, undefined);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, f(value, name)]));
}

/** `x` for a single value, `x.image` for one of several. */
export function nameOf(what: string, name: string | undefined): string {
  return name === undefined ? what : `${what}.${name}`;
}

/** The value of that name, or the only one there is. @throws ArgumentError when there are others */
export function partOf(subject: string, what: string, values: Tensors, name: string): Tensor {
  if (isTensor(values)) return values;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined)
    throw new ArgumentError(`${subject}: there is no ${what} '${name}'; there is ${Object.keys(values).join(', ')}`);
  return value;
}

/** What was received instead of a record, or the names that a record has. */
export function showRecord(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape ${formatShape(value.shape)}`;
  return isRecord(value) && Object.keys(value).length > 0 ? `{ ${Object.keys(value).join(', ')} }` : show(value);
}

/** @throws ArgumentError unless `record` is one with exactly these names */
export function checkNames(subject: string, what: string, record: unknown, names: readonly string[]): void {
  const given = isRecord(record) ? Object.keys(record) : undefined;
  if (given?.length === names.length && names.every((name) => given.includes(name))) return;
  throw new ArgumentError(
    `${subject}: ${what} must be a record { ${names.join(', ')} }, but received ${showRecord(record)}`,
  );
}
