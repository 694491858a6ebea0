// Guided backpropagation (Springenberg, Dosovitskiy, Brox, Riedmiller 2014, https://arxiv.org/abs/1412.6806): the gradient of a
// score by the image, where every rectifier y = max(x, 0) passes on of the gradient R
//
//   1[y > 0] · 1[R > 0] · R        (backpropagation: 1[y > 0] · R; the deconvolutional network: 1[R > 0] · R)
import type { Model } from '../models/model.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { AttributionImage } from './attribution.js';
import { answer, ask, scoreGradient, type TargetOptions } from './explain.js';

/**
 * What in an image speaks for a class or a unit: its gradient along the paths that support it everywhere.
 *
 * The rule holds for `relu` and `relu6`; other activations pass on their derivative.
 *
 * @param images [batch, height, width, channels], of the dtype that the model takes
 * @returns for each image numbers [height, width, channels]
 * @throws (rejects with) ArgumentError, ShapeError or DTypeError for a model, images or options that do not fit
 * @example
 * const [picture] = await vis.guidedBackprop(model, image, { target: { layer: 'features.28', channel: 7 } });
 * await writeFile('guided.png', picture.png());
 */
export async function guidedBackprop(
  model: Model,
  images: Tensor,
  options: TargetOptions = {},
): Promise<AttributionImage[]> {
  checkOptions('guidedBackprop', options, ['target']);
  const question = ask('guidedBackprop', model, images, options.target);
  const find = () => {
    const { gradient, ...found } = scoreGradient(question, { rectifier: 'guided' });
    return { ...found, result: gradient };
  };
  return answer(
    question,
    find,
    (data, shape, about) => new AttributionImage(data, shape as [number, number, number], about),
  );
}
