// `convgrad evaluate <folder>`: top-1 and top-5 error of a classifier over a folder of class folders, as ImageNet is evaluated.
import { imageFolder } from '../data/sources/image_folder.js';
import { normalizePixels } from '../layers/normalize_pixels.js';
import type { Model } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Crops } from '../training/crops.js';
import { evaluateCrops } from '../training/evaluate_crops.js';
import {
  type ClassifierOptions,
  classifierHelp,
  countOf,
  givesProbabilities,
  loadClassifier,
  statisticsOf,
  takesBytes,
} from './classifiers.js';

const subject = 'convgrad evaluate';

/** What the command takes besides the folder. */
export interface EvaluateOptions extends ClassifierOptions {
  readonly size?: string;
  readonly crops?: string;
  readonly batch?: string;
  readonly help?: boolean;
}

const usage = `usage: convgrad evaluate <folder> --network <name> --weights <file> [options]
       convgrad evaluate <folder> --model <file> [options]

Top-1 and top-5 error of a classifier over a folder with a folder of images for each class, in the order of their names.

${classifierHelp}
  --size <pixels>      the shorter side images are resized to, and then cut to a square; default 256 for crops of 224, and so on
  --crops center|ten   one crop, or the average of ten; default center
  --batch <images>     computed together, default 32`;

/** Runs the command. @returns the exit code @throws ArgumentError, FormatError (rejects with) for what cannot be used */
export async function evaluate(options: EvaluateOptions, names: readonly string[]): Promise<number> {
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const [folder, ...more] = names;
  if (folder === undefined || more.length > 0)
    throw new ArgumentError(`${subject}: expected one folder, but received ${names.length}; --help says more`);
  const crops = (options.crops ?? 'center') as Crops;
  const classifier = await loadClassifier(subject, options);
  const [side, , channels] = classifier.inputShape as readonly [number, number, 1 | 3];
  const { mean, deviation: standardDeviation } = statisticsOf(subject, options, channels);
  const pixels = normalizePixels({ mean, standardDeviation });
  const model = takesBytes(classifier)
    ? classifier
    : (sequential({ inputShape: classifier.inputShape, layers: [pixels, classifier.layer] as never }) as Model);
  const size = countOf(subject, 'size', options.size, Math.round((side * 256) / 224));
  const images = await imageFolder({ folder, size, channels });
  const classes = classifier.outputShape[0];
  if (classes !== images.classes.length)
    throw new ArgumentError(`${subject}: the model has ${classes} classes, but '${folder}' ${images.classes.length}`);
  const top = [1, 5].filter((k) => k <= images.classes.length);
  const dataset = images.batch(countOf(subject, 'batch', options.batch, 32));
  const outputs = givesProbabilities(classifier) ? 'probabilities' : 'logits';
  const { samples, errors } = await evaluateCrops(model, dataset, { crops, top, outputs });
  for (const [index, k] of top.entries())
    console.log(`top-${k} error  ${(100 * (errors[index] as number)).toFixed(2)} %`);
  console.log(`${samples} images, ${classes} classes, ${crops === 'ten' ? 'ten crops' : 'center crop'}`);
  return 0;
}
