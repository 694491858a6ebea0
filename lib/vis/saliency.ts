// Saliency maps (Simonyan, Vedaldi, Zisserman 2013, https://arxiv.org/abs/1312.6034):
//
//   M(i,j) = max_c |∂S / ∂I(i,j,c)|        S: the score of a class before the softmax, I: the image
import type { Model } from '../models/model.js';
import { abs } from '../ops/abs.js';
import { max } from '../ops/max.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { AttributionMap } from './attribution.js';
import { answer, ask, scoreGradient, type TargetOptions } from './explain.js';

/**
 * How much the score of a class changes with each pixel: the magnitude of its gradient, the largest among the channels.
 *
 * @param images [batch, height, width, channels], of the dtype that the model takes
 * @returns a map [height, width] for each image
 * @throws (rejects with) ArgumentError, ShapeError or DTypeError for a model, images or options that do not fit
 * @example
 * const [map] = await vis.saliency(model, image, { target: 3 });
 * await writeFile('saliency.png', map.png());
 */
export async function saliency(model: Model, images: Tensor, options: TargetOptions = {}): Promise<AttributionMap[]> {
  checkOptions('saliency', options, ['target']);
  const question = ask('saliency', model, images, options.target);
  const find = () => {
    const { gradient, ...found } = scoreGradient(question, {});
    return { ...found, result: max(abs(gradient), { axes: 3 }) };
  };
  return answer(question, find, (data, shape, about) => new AttributionMap(data, shape as [number, number], about));
}
