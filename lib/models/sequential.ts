// A model of layers applied one after the other, with its shapes checked at compile time.
import type { Layer } from '../layers/layer.js';
import { Sequential } from '../layers/sequential.js';
import type { Checked, Output } from '../layers/shape_rule.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Mutable } from '../tensor/shape_types.js';
import { Model, type ModelOptions, modelOptions } from './model.js';

/** Options of `sequential`. */
export interface SequentialOptions<Input extends Shape, Layers> extends ModelOptions {
  /** Shape of a sample, without the batch: `[28, 28, 1]` (height, width, channels). */
  readonly inputShape: Input;
  /** The layers, from input to output. */
  readonly layers: Layers;
}

type ShapeOf<Answer> = Answer extends Shape ? Answer : Shape;

/**
 * A model whose layers follow one another.
 *
 * Shapes are inferred at compile time where extents are literals: a layer that does not fit is a compile error at that layer.
 *
 * @throws ShapeError naming the layer that does not fit, ArgumentError for an invalid or unknown option.
 * @example
 * const model = sequential({
 *   inputShape: [28, 28, 1],
 *   layers: [layers.conv2d({ filters: 8, kernelSize: 5, activation: 'relu' }), layers.flatten(), layers.dense({ units: 10 })],
 * });
 * model.outputShape; // [10], known to the compiler
 */
export function sequential<const Input extends Shape, const Layers extends readonly Layer[]>(
  options: SequentialOptions<Input, Checked<Input, Layers>>,
): Model<Mutable<Input>, ShapeOf<Output<Mutable<Input>, Layers>>> {
  checkOptions('sequential', options, ['inputShape', 'layers', ...modelOptions]);
  const { inputShape, layers, ...rest } = options;
  return new Model(new Sequential(layers as readonly Layer[]), inputShape as Shape, rest) as never;
}
