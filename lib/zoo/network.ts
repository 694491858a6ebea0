// What the networks of the zoo share: their options, and how a width multiplies numbers of filters.
import type { Layer } from '../layers/index.js';
import type { Model, ModelOptions } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { checkShape, formatShape, type Shape } from '../tensor/shape.js';

/** Options that every network for images takes. */
export interface NetworkOptions extends Omit<ModelOptions, 'initializers'> {
  /** Number of classes, default as published. */
  readonly classes?: number;
  /** [height, width, channels] of an image, default as published. */
  readonly inputShape?: Shape;
  /** Multiplies the filters and hidden units of every layer, default 1. */
  readonly width?: number;
}

/** The options with their defaults. */
export interface NetworkPlan {
  readonly classes: number;
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** That many filters times the width, rounded to a multiple of `multiple` (default 1), and at least that. */
  wide(filters: number, multiple?: number): number;
  /** The model of these layers, one after the other. */
  build(layers: readonly Layer[]): Model;
}

const known = ['classes', 'inputShape', 'width', 'seed', 'dtype'];

/**
 * Checks the common options of a network.
 *
 * @param own the options that the network adds to these
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that is no image's
 */
export function planNetwork(
  subject: string,
  options: NetworkOptions,
  defaults: { readonly classes: number; readonly inputShape: Shape },
  own: readonly string[] = [],
): NetworkPlan {
  checkOptions(subject, options, [...own, ...known]);
  const { classes = defaults.classes, inputShape = defaults.inputShape, width = 1, seed, dtype } = options;
  checkInteger(subject, 'classes', classes);
  checkNumber(subject, 'width', width, 0);
  if (width === 0) throw new ArgumentError(`${subject}: width must be positive, but received 0`);
  checkShape(subject, inputShape);
  if (inputShape.length !== 3)
    throw new ShapeError(`${subject}: inputShape must be [height, width, channels], but is ${formatShape(inputShape)}`);
  return {
    classes,
    inputShape: inputShape as readonly number[] as NetworkPlan['inputShape'],
    wide: (filters, multiple = 1) => Math.max(multiple, multiple * Math.round((filters * width) / multiple)),
    build: (layers) => sequential({ inputShape, layers, ...(seed !== undefined && { seed }), ...(dtype && { dtype }) }),
  };
}
