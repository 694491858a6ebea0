// The options of class models: checked, with their defaults.
import type { Model } from '../models/model.js';
import { adam } from '../optimizers/adam.js';
import { Optimizer } from '../optimizers/optimizer.js';
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { checkRegularize, type RegularizeOptions } from './image_regularizer.js';
import { checkImageModel } from './inspect.js';
import type { Unit } from './target.js';

/** Options of `classModel`. */
export interface ClassModelOptions {
  /** A class, or a channel of a layer: its mean over the places, unless a position is given. */
  readonly target: number | Unit;
  /** Steps of the ascent, default 256. */
  readonly steps?: number;
  /** Takes the steps; default `adam({ learningRate: 0.05 })`. */
  readonly optimizer?: Optimizer;
  /** What is changed: the spectrum of the image, its colours decorrelated (`'fourier'`, default), or its `'pixels'`. */
  readonly parametrization?: 'fourier' | 'pixels';
  /** Standard deviation of the numbers the ascent begins with, default 0.01; 0 begins with the mean image. */
  readonly noise?: number;
  /** λ, default 0. */
  readonly penalty?: number;
  /** The mean image, which is added: one number, or one per channel; default 0. */
  readonly mean?: number | readonly number[];
  /** Keeps the image between two numbers, by a sigmoid; default: anything goes. The middle stands for the mean then. */
  readonly range?: readonly [low: number, high: number];
  /** Pixels by which the image is moved at random before each step; default a sixteenth of its longer side, with `'pixels'` 0. */
  readonly jitter?: number;
  /** Share by which its size is changed at random; default 0.05, with `'pixels'` 0. */
  readonly scale?: number;
  /** Degrees by which it is turned at random; default 5, with `'pixels'` 0. */
  readonly rotate?: number;
  /** What is done to the pixels after each step; for `'pixels'` without a range. */
  readonly regularize?: RegularizeOptions;
  /** Decides the noise and the random views, default 0. */
  readonly seed?: number;
}

const subject = 'classModel';
// biome-ignore format: a list
const known = ['target', 'steps', 'optimizer', 'parametrization', 'noise', 'penalty', 'mean', 'range', 'jitter', 'scale', 'rotate', 'regularize', 'seed'];

/** The options with their defaults. @throws ArgumentError for a model or options that do not fit */
export function resolveClassModel(model: Model, options: ClassModelOptions) {
  checkImageModel(subject, model);
  checkOptions(subject, options, known);
  const [height, width, channels] = model.inputShape as readonly number[] as readonly [number, number, number];
  const { target, steps = 256, optimizer = adam({ learningRate: 0.05 }), parametrization = 'fourier' } = options;
  if (target === undefined || (target as unknown) === 'best' || Array.isArray(target))
    throw new ArgumentError(`${subject}: target must be a class or { layer, channel }, but received ${show(target)}`);
  checkInteger(subject, 'steps', steps);
  if (!(optimizer instanceof Optimizer))
    throw new ArgumentError(
      `${subject}: optimizer must be one, such as optimizers.adam(), but received ${show(optimizer)}`,
    );
  checkChoice(subject, 'parametrization', parametrization, ['fourier', 'pixels']);
  const wobbling = parametrization === 'fourier';
  const { noise = 0.01, penalty = 0, mean = 0, range, seed = 0, regularize: regularizer } = options;
  const { jitter = wobbling ? Math.round(Math.max(height, width) / 16) : 0 } = options;
  const { scale = wobbling ? 0.05 : 0, rotate = wobbling ? 5 : 0 } = options;
  checkNumber(subject, 'noise', noise, 0);
  checkNumber(subject, 'penalty', penalty, 0);
  checkInteger(subject, 'jitter', jitter, 0);
  checkNumber(subject, 'scale', scale, 0, 0.9);
  checkNumber(subject, 'rotate', rotate, 0, 180);
  if (range) {
    if (!Array.isArray(range) || range.length !== 2 || !range.every(Number.isFinite) || range[0] >= range[1])
      throw new ArgumentError(`${subject}: range must be [low, high], but received ${show(range)}`);
    if (options.mean !== undefined)
      throw new ArgumentError(`${subject}: range has its mean in the middle: leave out mean`);
  }
  if (regularizer) {
    checkRegularize(`${subject}: regularize`, regularizer);
    if (wobbling || range)
      throw new ArgumentError(
        `${subject}: regularize works on pixels: it needs parametrization 'pixels', and no range`,
      );
  }
  const means = range ? [(range[0] + range[1]) / 2] : channelMeans(mean, channels);
  // biome-ignore format: a list
  return { target, steps, optimizer, parametrization, noise, penalty, means, range, jitter, scale, rotate, regularizer, seed };
}

function channelMeans(mean: unknown, channels: number): readonly number[] {
  const means: readonly unknown[] = Array.isArray(mean) ? mean : [mean];
  if (Array.isArray(mean) && means.length !== channels)
    throw new ArgumentError(
      `${subject}: mean must be a number or one for each of ${channels} channels, but has ${means.length}`,
    );
  for (const value of means) checkNumber(subject, 'mean', value);
  return means as readonly number[];
}
