// Gradient-weighted class activation maps (Selvaraju et al. 2016, https://arxiv.org/abs/1610.02391):
//
//   α_k = 1/Z Σ_{i,j} ∂S / ∂A_k(i,j)        L(i,j) = max(0, Σ_k α_k A_k(i,j))
//
// A [height, width, channels] are the maps of the last convolution, Z their places, S the score of a class before the softmax.
// Guided Grad-CAM is the product of L, enlarged to the image, with guided backpropagation.
import type { Model } from '../models/model.js';
import type { SummaryRow } from '../models/summary.js';
import { mean } from '../ops/mean.js';
import { multiply } from '../ops/multiply.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { resize2d } from '../ops/resize2d.js';
import { sum } from '../ops/sum.js';
import { checkChoice, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { AttributionImage, AttributionMap } from './attribution.js';
import { answer, ask, type Question, type ScoreGradient, scoreGradient, type TargetOptions } from './explain.js';
import { layerReadout } from './readout.js';

/** Options of `guidedGradCam`. */
export interface GuidedGradCamOptions extends TargetOptions {
  /** Path of the layer whose maps are weighed; default the last one with maps as large as the last convolution's: after its rectifier, or its residual block. */
  readonly layer?: string;
}

/** Options of `gradCam`. */
export interface GradCamOptions extends GuidedGradCamOptions {
  /** Whether maps are enlarged bilinearly to the size of the image (default), or as large as the layer's. */
  readonly size?: 'image' | 'layer';
}

/**
 * Where in an image a class is seen, for networks of any architecture that have convolutions.
 *
 * @param images [batch, height, width, channels], of the dtype that the model takes
 * @returns a map [height, width] for each image, nowhere negative
 * @throws (rejects with) ArgumentError, ShapeError or DTypeError for a model, images or options that do not fit; ShapeError for a
 *   layer that does not put out maps
 * @example
 * const [map] = await vis.gradCam(model, image, { target: 3 });
 * await writeFile('grad_cam.png', formats.encodePng(map.over(photograph)));
 */
export async function gradCam(model: Model, images: Tensor, options: GradCamOptions = {}): Promise<AttributionMap[]> {
  checkOptions('gradCam', options, ['target', 'layer', 'size']);
  const { target, layer, size = 'image' } = options;
  checkChoice('gradCam', 'size', size, ['image', 'layer']);
  const question = ask('gradCam', model, images, target);
  const by = mapsLayer(question, layer);
  const find = () => {
    const found = scoreGradient(question, { by });
    const map = weighedMaps(found);
    const [, height, width] = (size === 'image' ? question.images : map).shape as [number, number, number];
    const result = size === 'image' ? resize2d(map, [height, width]) : map;
    return { ...found, result: reshape(result, [-1, height, width]) };
  };
  return answer(question, find, (data, shape, about) => new AttributionMap(data, shape as [number, number], about));
}

/**
 * What in an image speaks for a class, where the class is seen: guided backpropagation times Grad-CAM.
 *
 * @param images [batch, height, width, channels], of the dtype that the model takes
 * @returns for each image numbers [height, width, channels]
 * @throws as {@link gradCam}
 * @example
 * const [picture] = await vis.guidedGradCam(model, image);
 * await writeFile('guided_grad_cam.png', picture.png());
 */
export async function guidedGradCam(
  model: Model,
  images: Tensor,
  options: GuidedGradCamOptions = {},
): Promise<AttributionImage[]> {
  checkOptions('guidedGradCam', options, ['target', 'layer']);
  const question = ask('guidedGradCam', model, images, options.target);
  const by = mapsLayer(question, options.layer);
  const find = () => {
    const found = scoreGradient(question, { by });
    const { gradient } = scoreGradient(question, { rectifier: 'guided' });
    const [, height, width] = gradient.shape as [number, number, number];
    return { ...found, result: multiply(gradient, resize2d(weighedMaps(found), [height, width])) };
  };
  return answer(
    question,
    find,
    (data, shape, about) => new AttributionImage(data, shape as [number, number, number], about),
  );
}

/** max(0, Σ_k α_k A_k), [batch, height, width, 1]. */
function weighedMaps({ gradient, at }: ScoreGradient): Tensor {
  const weights = mean(gradient, { axes: [1, 2], keepDims: true });
  return relu(sum(multiply(at, weights), { axes: 3, keepDims: true }));
}

/** The layer asked for, or the last one before the target whose maps are as large as those of the last convolution there. */
function mapsLayer({ subject, model, readout }: Question, layer: string | undefined): string {
  const rows = rowsUpTo(model, readout.layer);
  if (layer !== undefined) {
    if (typeof layer !== 'string')
      throw new ArgumentError(`${subject}: layer must be the path of a layer, but received ${show(layer)}`);
    const { shape } = layerReadout(subject, model, layer);
    if (shape.length !== 3)
      throw new ShapeError(
        `${subject}: layer '${layer}' must put out maps [height, width, channels], but puts out ${formatShape(shape)}`,
      );
    if (rowsUpTo(model, layer).length <= rows.length) return layer;
    throw new ArgumentError(`${subject}: layer '${layer}' comes after the target's, '${readout.layer}'`);
  }
  const convolution = rows.findLast(
    ({ macs, outputShape }) => macs > 0 && outputShape.length === 3 && places(outputShape) > 1,
  );
  if (!convolution)
    throw new ArgumentError(`${subject}: the model has no convolution with more than one place: name a layer`);
  const [height, width] = convolution.outputShape;
  const alike = ({ outputShape: [rows, columns, ...rest] }: SummaryRow) =>
    rows === height && columns === width && rest.length === 1;
  return (rows.findLast(alike) ?? convolution).path;
}

/** The layers up to that of a path, or to the end. */
function rowsUpTo(model: Model, layer: string | undefined): readonly SummaryRow[] {
  const { rows } = model.summary();
  const inside = ({ path }: SummaryRow) => layer === undefined || path === layer || path.startsWith(`${layer}.`);
  return rows.slice(0, rows.findLastIndex(inside) + 1);
}

const places = ([height = 1, width = 1]: Shape): number => height * width;
