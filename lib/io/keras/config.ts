// The settings of one Keras layer, read strictly: each must be asked for by the layer's converter, or be one that has no bearing on
// what a loaded model computes. What is left over at the end is an error.
import { show } from '../../tensor/arguments.js';

/** Throws the error of the file that is being read. */
export type Fail = (problem: string) => never;

const settled = ['name', 'trainable', 'batch_input_shape', 'batch_shape', 'input_dtype', 'input_shape', 'build_config'];

/** What a layer is made with, by name. */
export type Settings = Readonly<Record<string, unknown>>;

export class KerasConfig {
  readonly #settings: Settings;
  readonly #unread: Set<string>;
  readonly #ignored: readonly string[];
  readonly #fail: Fail;

  /** @param ignored settings that may be there without being honoured */
  constructor(settings: Settings, ignored: readonly string[], fail: Fail) {
    this.#settings = settings;
    this.#unread = new Set(Object.keys(settings).filter((key) => !settled.includes(key)));
    this.#ignored = ignored;
    this.#fail = fail;
  }

  /** The value of a setting; undefined where it is missing or null. */
  get(key: string): unknown {
    this.#unread.delete(key);
    return Object.hasOwn(this.#settings, key) ? (this.#settings[key] ?? undefined) : undefined;
  }

  integer(key: string, fallback?: number): number {
    return this.#checked(key, fallback, 'an integer', (value): value is number => Number.isSafeInteger(value));
  }

  number(key: string, fallback?: number): number {
    return this.#checked(key, fallback, 'a finite number', (value): value is number => Number.isFinite(value));
  }

  boolean(key: string, fallback?: boolean): boolean {
    return this.#checked(key, fallback, 'true or false', (value) => typeof value === 'boolean');
  }

  /** Two integers; one stands for both. */
  pair(key: string, fallback?: number | readonly [number, number]): readonly [number, number] {
    const value = this.#checked(key, fallback, 'an integer or two', isPair);
    return typeof value === 'number' ? [value, value] : value;
  }

  /** One integer, which may stand in an array: what layers over sequences have. */
  single(key: string, fallback?: number): number {
    const value = this.#checked(key, fallback, 'an integer', (given): given is number | readonly [number] =>
      Array.isArray(given) ? given.length === 1 && Number.isSafeInteger(given[0]) : Number.isSafeInteger(given),
    );
    return typeof value === 'number' ? value : value[0];
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback?: T): T {
    const expected = choices.map(show).join(' or ');
    return this.#checked(key, fallback, expected, (value): value is T => choices.includes(value as T));
  }

  /** Refuses every value but this one, which a missing setting stands for. */
  only(key: string, expected: unknown): void {
    const value = this.get(key);
    if (value !== undefined && value !== expected)
      this.fail(`has ${key} ${show(value)}; only ${show(expected)} can be expressed`);
  }

  fail(problem: string): never {
    return this.#fail(problem);
  }

  /** Fails for a setting nobody has asked for. */
  finish(): void {
    for (const key of this.#unread) {
      const value = this.#settings[key];
      if (/_initializer$/.test(key) || value === null || this.#ignored.includes(key)) continue; // the weights are in the file
      if (key === 'dtype' && isFloat32(value)) continue;
      const training = /_(regularizer|constraint)$|^(seed|noise_shape)$/.test(key);
      const hint = training ? `, which acts in training; ignore: ['${key}'] leaves it out` : '';
      this.fail(`has the setting ${key} = ${show(value)}, which cannot be expressed${hint}`);
    }
  }

  #checked<T>(key: string, fallback: T | undefined, expected: string, fits: (value: unknown) => value is T): T {
    const value = this.get(key) ?? fallback;
    return fits(value) ? value : this.fail(`has ${key} ${show(value)}, expected ${expected}`);
  }
}

function isPair(value: unknown): value is number | readonly [number, number] {
  return (
    Number.isSafeInteger(value) || (Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger))
  );
}

/** Keras 3 writes a policy instead of a name. */
function isFloat32(dtype: unknown): boolean {
  if (dtype === 'float32') return true;
  const policy = dtype as { config?: { name?: unknown } };
  return typeof dtype === 'object' && policy.config?.name === 'float32';
}
