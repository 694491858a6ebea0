// Where the values are in a model that a method asks about: the scores before any softmax, or the output of a layer inside.
import { Activation } from '../layers/activation.js';
import { Dense } from '../layers/dense.js';
import type { Model } from '../models/model.js';
import { matmul } from '../ops/matmul.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { layerOf } from './inspect.js';

/** Values inside a model: what is captured on the way, and what is made of it. */
export interface Readout {
  /** Path of the layer to capture; undefined for the output of the model. */
  readonly layer: string | undefined;
  /** Shape of the values, without the batch. */
  readonly shape: Shape;
  of(captured: Tensor): Tensor;
}

const asItIs = (captured: Tensor): Tensor => captured;

/** The output of a layer. A group of layers has that of its last one. @throws ArgumentError where there is no such layer */
export function layerReadout(subject: string, model: Model, layer: string): Readout {
  const last = model.summary().rows.findLast(({ path }) => path.startsWith(`${layer}.`));
  return { layer, shape: (last ?? layerOf(subject, model, layer)).outputShape, of: asItIs };
}

/**
 * The scores of a model: what it puts out, or what goes into the softmax or sigmoid it ends in.
 *
 * @throws ArgumentError where a layer other than a dense one has the softmax inside.
 */
export function scoreReadout(subject: string, model: Model): Readout {
  const { rows } = model.summary();
  const [before, last] = [rows.at(-2), rows.at(-1)];
  const { outputShape: shape } = model;
  const layer = last?.layer;
  const activation = layer && 'activation' in layer ? layer.activation : undefined;
  if (!last || (activation !== 'softmax' && activation !== 'sigmoid')) return { layer: undefined, shape, of: asItIs };
  if (before && layer instanceof Activation) return { layer: before.path, shape, of: asItIs };
  if (before && layer instanceof Dense) {
    const weights = model.parameter(`${last.path}.weights`);
    const bias = layer.bias ? { bias: model.parameter(`${last.path}.bias`) } : {};
    return { layer: before.path, shape, of: (features) => matmul(features, weights, bias) };
  }
  throw new ArgumentError(
    `${subject}: the scores before the ${activation} of ${last.kind} "${last.path}" cannot be seen: make the ${activation} a layer of its own`,
  );
}
