// The deconvolutional network (Zeiler & Fergus 2013, https://arxiv.org/abs/1311.2901): all activations of a layer but one are set to
// zero, and the network is run downwards:
//
//   unpool   each value goes back to where its maximum stood (the switches of the forward pass)
//   rectify  R ← max(R, 0)
//   filter   with the transposes of the filters
//
// This is a backward pass whose rectifiers pass on 1[R > 0] · R, and that begins with the activation itself.
import type { Model } from '../models/model.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';
import { AttributionImage } from './attribution.js';
import { answer, ask, scoreGradient, type TargetOptions } from './explain.js';

/**
 * Projects an activation back into the image: the structures there that excite the unit.
 *
 * The rule holds for `relu` and `relu6`. Normalisations and pooling other than by maxima, which the paper does not have, pass on
 * their gradients.
 *
 * @param images [batch, height, width, channels], of the dtype that the model takes
 * @returns for each image the reconstruction [height, width, channels]
 * @throws (rejects with) ArgumentError, ShapeError or DTypeError for a model, images or options that do not fit
 * @example
 * const [picture] = await vis.deconvnet(model, image, { target: { layer: 'features.28', channel: 7 } });
 * await writeFile('deconvnet.png', picture.png());
 */
export async function deconvnet(
  model: Model,
  images: Tensor,
  options: TargetOptions = {},
): Promise<AttributionImage[]> {
  checkOptions('deconvnet', options, ['target']);
  const question = ask('deconvnet', model, images, options.target);
  const find = () => {
    const { gradient, ...found } = scoreGradient(question, { rectifier: 'deconvnet', seed: (scores) => scores });
    return { ...found, result: gradient };
  };
  return answer(
    question,
    find,
    (data, shape, about) => new AttributionImage(data, shape as [number, number, number], about),
  );
}
