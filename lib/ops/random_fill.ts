// Random tensors. Not differentiable: nothing flows into them.
import { native } from '../native.js';
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { checkWide } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { Parameter } from '../tensor/parameter.js';
import { Random } from '../tensor/random.js';
import { checkShape, elementCount, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

type PhiloxNumbers = readonly [key0: number, key1: number, stream: number, block: number];

declare module '../native.js' {
  interface Native {
    fillUniform(y: Handle, low: number, high: number, ...range: PhiloxNumbers): void;
    /** `attempts` is 1 for the normal distribution, 16 for the truncated one. */
    fillNormal(y: Handle, mean: number, deviation: number, attempts: number, ...range: PhiloxNumbers): void;
  }
}

type Float = 'float32' | 'float64';

/** Options of {@link fillUniform}. */
export interface UniformOptions {
  /** Default 0. */
  readonly low?: number;
  /** Not reached; default 1. */
  readonly high?: number;
  /** Source of randomness. */
  readonly random: Random;
}

/** Options of {@link fillNormal} and {@link fillTruncatedNormal}. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly standardDeviation?: number;
  /** Source of randomness. */
  readonly random: Random;
}

/** How often a truncated normal is drawn before it is cut off. */
const truncatedAttempts = 16;

/** Sets `words` words aside, and says where. */
function reserve(subject: string, random: unknown, words: number): PhiloxNumbers {
  if (!(random instanceof Random))
    throw new ArgumentError(`${subject}: random must be a Random, but received ${show(random)}`);
  const { key, stream, block } = random.reserve(words);
  return [key[0], key[1], stream, block];
}

function written(target: Tensor): void {
  if (target instanceof Parameter) target.markWritten();
}

/**
 * Overwrites a tensor, usually a parameter, with numbers of the uniform distribution on [low, high): element i is
 * low + (high − low) · u(i), with u what `random.uniform()` would give from the next whole block on.
 *
 * @throws DTypeError unless target is float32 or float64; ArgumentError for invalid options
 * @example
 * fillUniform(filter, { low: -0.1, high: 0.1, random });
 */
export function fillUniform(target: Tensor, options: UniformOptions): void {
  checkOptions('fillUniform', options, ['low', 'high', 'random']);
  uniformInto('fillUniform', target, options);
}

function uniformInto(subject: string, target: Tensor, { low = 0, high = 1, random }: UniformOptions): void {
  checkWide(subject, 'target', target);
  checkNumber(subject, 'low', low);
  checkNumber(subject, 'high', high, low);
  native.fillUniform(target.handle, low, high, ...reserve(subject, random, elementCount(target.shape)));
  written(target);
}

/**
 * Overwrites a tensor, usually a parameter, with numbers of a normal distribution: element i is
 * mean + standardDeviation · z(i), with z what `random.normal()` would give from the next whole block on.
 *
 * @throws DTypeError unless target is float32 or float64; ArgumentError for invalid options
 * @example
 * fillNormal(filter, { standardDeviation: 0.05, random });
 */
export function fillNormal(target: Tensor, options: NormalOptions): void {
  checkOptions('fillNormal', options, ['mean', 'standardDeviation', 'random']);
  normalInto('fillNormal', target, options, 1);
}

/**
 * As {@link fillNormal}, each number drawn again while more than two standard deviations from the mean. What comes out has
 * 0.8796 times the deviation given.
 *
 * Attempt a takes its words a · ⌈n / 2⌉ blocks after the first one, so that elements do not depend on each other.
 *
 * @throws DTypeError unless target is float32 or float64; ArgumentError for invalid options
 * @example
 * fillTruncatedNormal(filter, { standardDeviation: 0.05, random });
 */
export function fillTruncatedNormal(target: Tensor, options: NormalOptions): void {
  checkOptions('fillTruncatedNormal', options, ['mean', 'standardDeviation', 'random']);
  normalInto('fillTruncatedNormal', target, options, truncatedAttempts);
}

function normalInto(
  subject: string,
  target: Tensor,
  { mean = 0, standardDeviation = 1, random }: NormalOptions,
  attempts: number,
): void {
  checkWide(subject, 'target', target);
  checkNumber(subject, 'mean', mean);
  checkNumber(subject, 'standardDeviation', standardDeviation, 0);
  const words = 4 * Math.ceil(elementCount(target.shape) / 2) * attempts;
  native.fillNormal(target.handle, mean, standardDeviation, attempts, ...reserve(subject, random, words));
  written(target);
}

function made<O extends { readonly random: Random }>(
  subject: string,
  shape: Shape,
  options: O & { readonly dtype?: Float },
  known: readonly string[],
  fill: (target: Tensor, options: O) => void,
): Tensor {
  checkShape(subject, shape);
  checkOptions(subject, options, [...known, 'random', 'dtype']);
  const target = empty(shape, options.dtype ?? 'float32');
  fill(target, options);
  return target;
}

/**
 * A tensor of numbers of the uniform distribution on [low, high): see {@link fillUniform}.
 *
 * @param options low 0, high 1 and dtype float32 by default
 * @example
 * const x = ops.randomUniform([2, 3], { low: -1, high: 1, random: new Random(42) });
 */
export function randomUniform(shape: Shape, options: UniformOptions & { readonly dtype?: Float }): Tensor {
  return made('randomUniform', shape, options, ['low', 'high'], (target, given) =>
    uniformInto('randomUniform', target, given),
  );
}

/**
 * A tensor of numbers of a normal distribution: see {@link fillNormal}.
 *
 * @param options mean 0, standardDeviation 1 and dtype float32 by default
 * @example
 * const z = ops.randomNormal([2, 3], { random: new Random(42) });
 */
export function randomNormal(shape: Shape, options: NormalOptions & { readonly dtype?: Float }): Tensor {
  return made('randomNormal', shape, options, ['mean', 'standardDeviation'], (target, given) =>
    normalInto('randomNormal', target, given, 1),
  );
}

/**
 * A tensor of numbers of a normal distribution cut off at two standard deviations: see {@link fillTruncatedNormal}.
 *
 * @param options mean 0, standardDeviation 1 and dtype float32 by default
 * @example
 * const z = ops.randomTruncatedNormal([2, 3], { random: new Random(42) });
 */
export function randomTruncatedNormal(shape: Shape, options: NormalOptions & { readonly dtype?: Float }): Tensor {
  return made('randomTruncatedNormal', shape, options, ['mean', 'standardDeviation'], (target, given) =>
    normalInto('randomTruncatedNormal', target, given, truncatedAttempts),
  );
}
