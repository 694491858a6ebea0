// `convgrad evaluate <folder>`: top-1 and top-5 error of a classifier over a folder of class folders, as ImageNet is evaluated.
import { imageFolder } from '../data/sources/image_folder.js';
import { loadKeras } from '../io/keras_h5.js';
import { loadTfjs } from '../io/tfjs.js';
import { loadTorchWeights } from '../io/torch_weights.js';
import { normalizePixels } from '../layers/normalize_pixels.js';
import type { Model } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Crops } from '../training/crops.js';
import { evaluateCrops } from '../training/evaluate_crops.js';
import * as zoo from '../zoo/index.js';

const subject = 'convgrad evaluate';

/** What the command takes besides the folder. */
export interface EvaluateOptions {
  readonly network?: string;
  readonly options?: string;
  readonly weights?: string;
  readonly model?: string;
  readonly mean?: string;
  readonly deviation?: string;
  readonly size?: string;
  readonly crops?: string;
  readonly batch?: string;
  readonly help?: boolean;
}

type Builder = (options: Readonly<Record<string, unknown>>) => Model;

const builders = {
  ...{ alexnet: zoo.alexnet, alexnetOneTower: zoo.alexnetOneTower, zfnet: zoo.zfnet, vgg: zoo.vgg },
  ...{ googlenet: zoo.googlenet, resnet: zoo.resnet, mobilenetV1: zoo.mobilenetV1, mobilenetV2: zoo.mobilenetV2 },
} as Readonly<Record<string, Builder>>;

const usage = `usage: convgrad evaluate <folder> --network <name> --weights <file> [options]
       convgrad evaluate <folder> --model <file> [options]

Top-1 and top-5 error of a classifier over a folder with a folder of images for each class, in the order of their names.

  --network <name>     ${Object.keys(builders).join(', ')}
  --options <json>     of the network, such as '{"depth": 50}'; default none
  --weights <file>     safetensors with torchvision's names
  --model <file>       model.json of TensorFlow.js, or .h5 of Keras, with probabilities for an output
  --mean <r,g,b>       subtracted from pixels from 0 to 1; default 0.485,0.456,0.406, with --model 0
  --deviation <r,g,b>  then divides them; default 0.229,0.224,0.225, with --model 1
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
  const keras = options.model !== undefined;
  const classifier = await load(options);
  const [side = 0, , channels] = classifier.inputShape;
  if (classifier.inputShape.length !== 3 || (channels !== 1 && channels !== 3))
    throw new ArgumentError(`${subject}: the model takes ${formatShape(classifier.inputShape)}, which is no image`);
  const mean = numbers('mean', options.mean ?? (keras ? '0' : '0.485,0.456,0.406'), channels);
  const standardDeviation = numbers('deviation', options.deviation ?? (keras ? '1' : '0.229,0.224,0.225'), channels);
  const pixels = normalizePixels({ mean, standardDeviation });
  const model = sequential({ inputShape: classifier.inputShape, layers: [pixels, classifier.layer] as never }) as Model;
  const size = count('size', options.size, Math.round((side * 256) / 224));
  const images = await imageFolder({ folder, size, channels });
  const classes = classifier.outputShape[0];
  if (classes !== images.classes.length)
    throw new ArgumentError(`${subject}: the model has ${classes} classes, but '${folder}' ${images.classes.length}`);
  const top = [1, 5].filter((k) => k <= images.classes.length);
  const dataset = images.batch(count('batch', options.batch, 32));
  const outputs = keras ? 'probabilities' : 'logits';
  const { samples, errors } = await evaluateCrops(model, dataset, { crops, top, outputs });
  for (const [index, k] of top.entries())
    console.log(`top-${k} error  ${(100 * (errors[index] as number)).toFixed(2)} %`);
  console.log(`${samples} images, ${classes} classes, ${crops === 'ten' ? 'ten crops' : 'center crop'}`);
  return 0;
}

async function load({ network, options = '{}', weights, model }: EvaluateOptions): Promise<Model> {
  if (model !== undefined) {
    if (network !== undefined || weights !== undefined)
      throw new ArgumentError(`${subject}: --model has its own layers and weights; leave --network and --weights out`);
    return model.endsWith('.json') ? loadTfjs(model) : loadKeras(model);
  }
  if (network === undefined || weights === undefined)
    throw new ArgumentError(`${subject}: --network and --weights, or --model, are missing; --help says more`);
  const build = Object.hasOwn(builders, network) ? builders[network] : undefined;
  if (!build)
    throw new ArgumentError(
      `${subject}: --network must be one of ${Object.keys(builders).join(', ')}, but is ${show(network)}`,
    );
  let given: unknown;
  try {
    given = JSON.parse(options);
  } catch (cause) {
    throw new ArgumentError(`${subject}: --options is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const built = build(given as Readonly<Record<string, unknown>>);
  await loadTorchWeights(built, weights);
  return built;
}

function numbers(name: string, given: string, channels: number): number[] {
  const values = given.split(',').map(Number);
  if (values.length === 1) return new Array<number>(channels).fill(values[0] as number);
  if (values.length === channels && values.every(Number.isFinite)) return values;
  throw new ArgumentError(
    `${subject}: --${name} must be ${channels} numbers with commas between, but is ${show(given)}`,
  );
}

function count(name: string, given: string | undefined, preset: number): number {
  const value = given === undefined ? preset : Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ArgumentError(`${subject}: --${name} must be a positive integer, but is ${show(given)}`);
}
