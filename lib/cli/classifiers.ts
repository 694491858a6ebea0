// The classifier a command is about: a network of the zoo with weights, or a model of TensorFlow.js or Keras, and its pixels' statistics.
import { readFile } from 'node:fs/promises';
import { decodeSafetensors } from '../formats/safetensors.js';
import { loadKeras } from '../io/keras_h5.js';
import { loadTfjs } from '../io/tfjs.js';
import { loadTorchWeights } from '../io/torch_weights.js';
import { loadWeights } from '../io/weights.js';
import { Model } from '../models/model.js';
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { formatShape, isShape } from '../tensor/shape.js';
import * as zoo from '../zoo/index.js';

/** The options that say which classifier. */
export interface ClassifierOptions {
  readonly network?: string;
  readonly options?: string;
  readonly weights?: string;
  readonly model?: string;
  readonly mean?: string;
  readonly deviation?: string;
}

/** Networks for images, by the names the commands take. */
const networks = {
  ...{ alexnet: zoo.alexnet, alexnetOneTower: zoo.alexnetOneTower, airbench94: zoo.airbench94 },
  ...{ googlenet: zoo.googlenet, lenet5: zoo.lenet5, lenetCaffe: zoo.lenetCaffe, mnistOneEpoch: zoo.mnistOneEpoch },
  ...{ mobilenetV1: zoo.mobilenetV1, mobilenetV2: zoo.mobilenetV2, resnet: zoo.resnet, resnetCifar: zoo.resnetCifar },
  ...{ vgg: zoo.vgg, zfnet: zoo.zfnet },
} as const;

/** What help says of the options. */
export const classifierHelp = `  --network <name>     ${Object.keys(networks).slice(0, 7).join(', ')},
                       ${Object.keys(networks).slice(7).join(', ')}
  --options <json>     of the network, such as '{"depth": 16}'; default none
  --weights <file>     safetensors, as io.saveWeights writes it, or with torchvision's names
  --model <file>       instead of these: model.json of TensorFlow.js, or .h5 of Keras
  --mean <r,g,b>       subtracted from pixels from 0 to 1; default that of ImageNet, 0.485,0.456,0.406; with --model 0
  --deviation <r,g,b>  then divides them; default 0.229,0.224,0.225; with --model 1
                       (neither is used by networks that take bytes)`;

/** Builds or reads the classifier. @throws ArgumentError, FormatError (rejects with) for what is no classifier of images */
export async function loadClassifier(subject: string, given: ClassifierOptions): Promise<Model> {
  const { network, options = '{}', weights, model } = given;
  if (model !== undefined) {
    if (network !== undefined || weights !== undefined)
      throw new ArgumentError(`${subject}: --model has its own layers and weights; leave --network and --weights out`);
    return checkClassifier(subject, model, model.endsWith('.json') ? await loadTfjs(model) : await loadKeras(model));
  }
  if (network === undefined || weights === undefined)
    throw new ArgumentError(`${subject}: --network and --weights, or --model, are missing; --help says more`);
  const built = checkClassifier(subject, network, build(subject, network, options));
  const bytes = await readFile(weights).catch((cause: Error) => {
    throw new ArgumentError(`${subject}: --weights '${weights}' cannot be read: ${cause.message}`, { cause });
  });
  const { metadata } = decodeSafetensors(bytes, weights);
  await (metadata.format === 'convgrad' ? loadWeights(built, weights) : loadTorchWeights(built, weights));
  return built;
}

function build(subject: string, name: string, json: string): unknown {
  if (!Object.hasOwn(networks, name))
    throw new ArgumentError(
      `${subject}: --network must be one of ${Object.keys(networks).join(', ')}, but is ${show(name)}`,
    );
  let options: unknown;
  try {
    options = JSON.parse(json);
  } catch (cause) {
    throw new ArgumentError(`${subject}: --options is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  return (networks[name as keyof typeof networks] as (options: unknown) => unknown)(options);
}

function checkClassifier(subject: string, name: string, model: unknown): Model {
  if (!(model instanceof Model) || !isShape(model.outputShape) || model.outputShape.length !== 1)
    throw new ArgumentError(`${subject}: ${name} gives no scores of classes`);
  const { inputShape } = model as Model;
  if (!isShape(inputShape) || inputShape.length !== 3 || (inputShape[2] !== 1 && inputShape[2] !== 3))
    throw new ArgumentError(`${subject}: ${name} takes ${formatShape(inputShape)}, which is no grey or RGB image`);
  return model as Model;
}

/** Whether a model normalises bytes itself. */
export const takesBytes = (model: Model): boolean => model.summary().rows[0]?.kind === 'normalizePixels';

/** Whether a model puts out probabilities, not the scores before them. */
export function givesProbabilities(model: Model): boolean {
  const layer = model.summary().rows.at(-1)?.layer;
  return layer !== undefined && 'activation' in layer && layer.activation === 'softmax';
}

/** How pixels from 0 to 1 become the model's input, per channel. */
export function statisticsOf(subject: string, { mean, deviation, model }: ClassifierOptions, channels: number) {
  const own = model !== undefined;
  const statistics = {
    mean: numbers(subject, 'mean', mean, own ? [0] : [0.485, 0.456, 0.406].slice(0, channels), channels),
    deviation: numbers(subject, 'deviation', deviation, own ? [1] : [0.229, 0.224, 0.225].slice(0, channels), channels),
  };
  if (statistics.deviation.some((value) => value <= 0))
    throw new ArgumentError(`${subject}: --deviation must be above 0, but is ${deviation}`);
  return statistics;
}

function numbers(
  subject: string,
  name: string,
  given: string | undefined,
  preset: readonly number[],
  channels: number,
): number[] {
  const values = given === undefined ? preset : given.split(',').map(Number);
  if (values.every(Number.isFinite)) {
    if (values.length === 1) return new Array<number>(channels).fill(values[0] as number);
    if (values.length === channels) return [...values];
  }
  throw new ArgumentError(
    `${subject}: --${name} must be ${channels} numbers with commas between, but is ${show(given)}`,
  );
}

/** A positive integer of the command line. */
export function countOf(subject: string, name: string, given: string | undefined, preset: number): number {
  const value = given === undefined ? preset : Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ArgumentError(`${subject}: --${name} must be a positive integer, but is ${show(given)}`);
}
