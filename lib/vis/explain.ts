// What the methods share that explain scores by images: the score is differentiated by the images, or by the maps of a layer.
//
//   S(n) = the score asked about of image n        G = ∂ Σₙ seed(n) · S(n) / ∂A,   A the images or a layer's activations
//
// In evaluation mode images do not mix, so that G(n) is the gradient of image n's own score.
import type { RectifierRule } from '../autograd/backward_pass.js';
import { pullback } from '../autograd/gradients.js';
import type { Model } from '../models/model.js';
import { scope } from '../tensor/scope.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import { ones, type Tensor } from '../tensor/tensor.js';
import type { Explained } from './attribution.js';
import { checkImageModel, checkImages } from './inspect.js';
import { layerReadout, type Readout, scoreReadout } from './readout.js';
import { type Chosen, channelsIn, chooseTarget, scoresOf, type Target, targetLayer } from './target.js';

/** Options of the methods that explain a score. */
export interface TargetOptions {
  /** What to explain: a class, a class per image, a unit of a layer, or `'best'`, the class of each image's highest score (default). */
  readonly target?: Target;
}

/** A question about a model and images, checked. */
export interface Question {
  readonly subject: string;
  readonly model: Model;
  /** [batch, height, width, channels] */
  readonly images: Tensor;
  readonly readout: Readout;
  readonly chosen: Chosen;
}

/** @throws ArgumentError, ShapeError, DTypeError for what does not fit together */
export function ask(subject: string, model: Model, images: Tensor, target: Target = 'best'): Question {
  checkImageModel(subject, model);
  checkImages(subject, 'images', model, images);
  const readout = readoutOf(subject, model, target);
  return {
    subject,
    model,
    images,
    readout,
    chosen: chooseTarget(subject, target, readout.shape, images.shape[0] as number),
  };
}

/** Where the values are that a target chooses from. @throws ArgumentError where the model has no such layer */
export function readoutOf(subject: string, model: Model, target: Target): Readout {
  const layer = targetLayer(subject, target);
  return layer === undefined ? scoreReadout(subject, model) : layerReadout(subject, model, layer);
}

/** How to differentiate. */
export interface Differentiation {
  /** Path of the layer whose output to differentiate by; default the images, or what their bytes are turned into. */
  readonly by?: string;
  readonly rectifier?: RectifierRule;
  /** What each score counts, given the scores; default 1. */
  readonly seed?: (scores: Tensor) => Tensor;
}

export interface ScoreGradient {
  /** Of the shape of `at`. */
  readonly gradient: Tensor;
  /** What the gradient is by. */
  readonly at: Tensor;
  /** [batch] */
  readonly scores: Tensor;
  /** Those that the score was chosen from, [batch, ..., channels]. */
  readonly values: Tensor;
}

/** The gradient of the scores in question. */
export function scoreGradient(question: Question, { by, seed = onesLike, rectifier }: Differentiation): ScoreGradient {
  const { subject, model, images, readout, chosen } = question;
  const bytes = images.dtype !== 'float32' && images.dtype !== 'float64';
  const layer = by ?? (bytes ? model.summary().rows[0]?.path : undefined);
  const forward = () => {
    const { values, at } = valuesOf(model, images, readout, layer);
    return { loss: scoresOf(values, chosen), values, at };
  };
  const wrt = layer === undefined ? [images] : [({ at }: { at: Tensor }) => at];
  const { value, gradients } = pullback(subject, forward, wrt, seed, rectifier ? { rectifier } : {});
  const { loss: scores, values, at } = value;
  return { gradient: gradients[0] as Tensor, at, scores, values };
}

/** The values that a readout reads, and what the layer of a path puts out on the way; the images where there is none. */
export function valuesOf(
  model: Model,
  images: Tensor,
  readout: Readout,
  path?: string,
): { readonly values: Tensor; readonly at: Tensor } {
  const paths = [path, readout.layer].filter((wanted) => wanted !== undefined);
  if (paths.length === 0) return { values: readout.of(model.forward(images)), at: images };
  const { output, intermediates } = model.forwardWith(images, paths);
  const read = (from: string | undefined, otherwise: Tensor): Tensor =>
    from === undefined ? otherwise : (intermediates[from] as Tensor);
  return { values: readout.of(read(readout.layer, output)), at: read(path, images) };
}

function onesLike({ shape, dtype }: Tensor): Tensor {
  return ones(shape, dtype);
}

/** What is computed for a question: numbers for each image, [batch, ...], the scores, and the values they were chosen from. */
export interface Findings extends Pick<ScoreGradient, 'scores' | 'values'> {
  readonly result: Tensor;
}

/** Computes findings, reads them, and makes an answer of each image's part. */
export async function answer<T>(
  { chosen }: Question,
  find: () => Findings,
  make: (data: Float32Array, shape: Shape, about: Explained) => T,
): Promise<T[]> {
  const [shape, ...reads] = scope(() => {
    const { result, scores, values } = find();
    return [result.shape.slice(1), result.data(), scores.data(), channelsIn(values, chosen)] as const;
  });
  const [data, scores, targets] = await Promise.all(reads);
  const size = elementCount(shape);
  return targets.map((target, n) =>
    make(Float32Array.from(data.subarray(n * size, (n + 1) * size)), shape, { target, score: scores[n] as number }),
  );
}
