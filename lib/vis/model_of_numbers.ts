// Bytes have no gradient: a model that takes them, as one that takes the numbers it makes of them.
import { Activation } from '../layers/activation.js';
import { NormalizePixels } from '../layers/normalize_pixels.js';
import { Sequential } from '../layers/sequential.js';
import type { Model } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { ArgumentError } from '../tensor/errors.js';

/**
 * The model itself, or, where it begins with `normalizePixels`, one that takes normalised images. The two share their weights and the
 * paths of their layers.
 *
 * @throws ArgumentError for a graph that begins so
 */
export function modelOfNumbers(subject: string, model: Model): Model {
  const first = model.summary().rows[0];
  if (!(first?.layer instanceof NormalizePixels)) return model;
  const network = model.layer;
  if (!(network instanceof Sequential) || network.children[0]?.layer !== first.layer)
    throw new ArgumentError(
      `${subject}: the model takes bytes, which have no gradient: take the one inside, without normalizePixels`,
    );
  model.namedParameters(); // builds the layers, with the model's own seed
  const { name } = first.layer;
  const [, ...rest] = network.children;
  const layers = [new Activation('none', name === undefined ? {} : { name }), ...rest.map(({ layer }) => layer)];
  return sequential({ inputShape: model.inputShape, layers: layers as never });
}
