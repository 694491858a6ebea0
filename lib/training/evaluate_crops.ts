// Top-k errors of a classifier over images larger than its input, as the ImageNet challenge counts them: the probabilities of an
// image's crops are averaged, and an image is an error if its class is not among the k most probable.
import { upload } from '../data/host_arrays.js';
import type { BatchSource } from '../data/types.js';
import { mean } from '../ops/mean.js';
import { reshape } from '../ops/reshape.js';
import { softmax } from '../ops/softmax.js';
import { topKCorrect } from '../ops/top_k_correct.js';
import { checkChoice, checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { type Crops, cropCount, cropsOf } from './crops.js';
import { checkDataset, checkModel, checkSignal } from './options.js';
import type { Trainable } from './trainable.js';

/** Options of `evaluateCrops`. */
export interface EvaluateCropsOptions {
  /** `'center'` (the default) is one crop in the middle; `'ten'` the corners, the middle, and the same mirrored. */
  readonly crops?: Crops;
  /** Of how many guesses one must be right, default [1, 5]. */
  readonly top?: readonly number[];
  /** What the model puts out: `'logits'` (the default) get a softmax, `'probabilities'` have had it. */
  readonly outputs?: 'logits' | 'probabilities';
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How often a classifier is wrong. */
export interface CropErrors {
  readonly samples: number;
  /** Share of the images whose class is not among the first guesses, from 0 to 1, in the order of `top`. */
  readonly errors: readonly number[];
}

/** A model whose input is an image. */
export type ImageModel = Trainable & { readonly inputShape: Shape };

/** Batches on their way while the next one is enqueued. */
const RUN_AHEAD = 2;

/**
 * Top-k errors of a classifier over the first epoch of a dataset of larger images.
 *
 * The custom of ImageNet is a shorter side of 256 pixels, cut to a square, and crops of 224:
 *
 * @param model takes [height, width, channels], the size of the crops, and gives one score for each class
 * @param dataset of images of one size, at least that of the crops, with labels
 * @throws (rejects with) ArgumentError for an invalid or unknown option or an empty dataset; ShapeError or DTypeError naming the
 *   layer where data do not fit; the signal's reason once it is aborted
 * @example
 * const photos = await data.imageFolder({ folder: 'ILSVRC2012_img_val', size: 256 });
 * const { errors } = await training.evaluateCrops(model, photos.batch(32), { crops: 'ten' });
 * errors; // [top-1, top-5]
 */
export async function evaluateCrops(
  model: ImageModel,
  dataset: BatchSource,
  options: EvaluateCropsOptions = {},
): Promise<CropErrors> {
  const subject = 'evaluateCrops';
  checkModel(subject, model);
  checkDataset(subject, 'dataset', dataset);
  checkOptions(subject, options, ['crops', 'top', 'outputs', 'signal']);
  const { crops = 'center', top = [1, 5], outputs = 'logits', signal } = options;
  checkChoice(subject, 'crops', crops, ['center', 'ten']);
  checkChoice(subject, 'outputs', outputs, ['logits', 'probabilities']);
  if (!Array.isArray(top) || top.length === 0)
    throw new ArgumentError(`${subject}: top must be an array of counts, but received ${show(top)}`);
  top.forEach((k, index) => {
    checkInteger(subject, `top[${index}]`, k);
  });
  checkSignal(subject, signal);
  const [height, width, channels, ...more] = model.inputShape;
  if (height === undefined || width === undefined || channels === undefined || more.length > 0)
    throw new ShapeError(
      `${subject}: the model takes ${formatShape(model.inputShape)}, expected [height, width, channels]`,
    );

  const correct = new Array<number>(top.length).fill(0);
  let samples = 0;
  const inFlight: Promise<number[]>[] = [];
  const settle = async (): Promise<void> => {
    const counts = await (inFlight.shift() as Promise<number[]>);
    for (const [index, count] of counts.entries()) correct[index] = (correct[index] as number) + count;
  };
  for await (const { x, y } of dataset.batches({ signal })) {
    signal?.throwIfAborted();
    const counts = scope(() => {
      const scores = model.forward(upload(cropsOf(x, [height, width], crops)));
      const classes = scores.shape[1];
      if (scores.shape.length !== 2 || classes === undefined)
        throw new ShapeError(`${subject}: the model puts out ${formatShape(scores.shape)}, expected [batch, classes]`);
      const probabilities = outputs === 'logits' ? softmax(scores) : scores;
      const averaged = mean(reshape(probabilities, [-1, cropCount[crops], classes]), { axes: 1 });
      const labels = upload(y);
      return top.map((k) => topKCorrect(averaged, labels, k).item());
    });
    const arriving = Promise.all(counts);
    arriving.catch(() => {}); // a failure counts when its turn comes
    inFlight.push(arriving);
    samples += x.shape[0] as number;
    if (inFlight.length > RUN_AHEAD) await settle();
  }
  while (inFlight.length > 0) await settle();
  if (samples === 0) throw new ArgumentError(`${subject}: the dataset has no batches`);
  return { samples, errors: correct.map((count) => (samples - count) / samples) };
}
