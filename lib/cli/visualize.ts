// `convgrad visualize <image>`: a report of what a network sees in an image, as one HTML file.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cropResize } from '../data/sources/crop_resize.js';
import { imageDecoder } from '../data/sources/image_files.js';
import type { Image8 } from '../formats/png.js';
import { decodePng } from '../formats/png_decode.js';
import { decodeSafetensors } from '../formats/safetensors.js';
import { loadTorchWeights } from '../io/torch_weights.js';
import { loadWeights } from '../io/weights.js';
import { Model } from '../models/model.js';
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { formatShape, isShape } from '../tensor/shape.js';
import * as zoo from '../zoo/index.js';
import { report } from './report.js';
import type { VisualizeOptions } from './visualize_options.js';

const builders = {
  ...{ alexnet: zoo.alexnet, alexnetOneTower: zoo.alexnetOneTower, airbench94: zoo.airbench94 },
  ...{ googlenet: zoo.googlenet, lenet5: zoo.lenet5, lenetCaffe: zoo.lenetCaffe, mnistOneEpoch: zoo.mnistOneEpoch },
  ...{ mobilenetV1: zoo.mobilenetV1, mobilenetV2: zoo.mobilenetV2, resnet: zoo.resnet, resnetCifar: zoo.resnetCifar },
  ...{ vgg: zoo.vgg, zfnet: zoo.zfnet },
} as const;

const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

const subject = 'convgrad visualize';

const usage = `usage: convgrad visualize <image> --weights <file> [options]

Writes one HTML file with what a network sees in an image: its prediction, filters, feature maps layer by layer, receptive fields,
and which pixels the prediction comes from.

  <image>              PNG; JPEG and other formats where the package 'sharp' is installed
  --weights <file>     safetensors, as io.saveWeights writes it, or with torchvision's names
  --network <name>     ${Object.keys(builders).slice(0, 7).join(', ')},
                       ${Object.keys(builders).slice(7).join(', ')}; default vgg
  --options <json>     of the network, such as '{"depth": 16}'; default none
  --classes <file>     names of the classes, one on each line
  --class <class>      the class to explain, a name or number; default the predicted one
  --mean <r,g,b>       subtracted from pixels from 0 to 1, default that of ImageNet: ${imageNet.mean.join(',')}
  --deviation <r,g,b>  then divides them, default ${imageNet.deviation.join(',')}
                       (neither is used by networks that take bytes)
  --layers <a,b,…>     paths of the layers whose maps are shown, default up to 16 of them
  --maps <count>       maps of each layer, the strongest first, default 24
  --out <file>         default report.html`;

/** Runs the command. @returns the exit code @throws ArgumentError, FormatError (rejects with) for what cannot be used */
export async function visualize(options: VisualizeOptions, names: readonly string[]): Promise<number> {
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const { weights, out = 'report.html', classes } = options;
  const [file, ...more] = names;
  if (file === undefined || more.length > 0)
    throw new ArgumentError(`${subject}: expected one image, but received ${names.length}; --help says more`);
  if (weights === undefined) throw new ArgumentError(`${subject}: --weights is missing; --help says more`);
  const model = build(options.network ?? 'vgg', options.options ?? '{}');
  const [height, width, channels] = model.inputShape as readonly [number, number, number];
  const statistics = {
    mean: numbers('mean', options.mean, imageNet.mean, channels),
    deviation: numbers('deviation', options.deviation, imageNet.deviation, channels),
  };
  if (statistics.deviation.some((value) => value <= 0))
    throw new ArgumentError(`${subject}: --deviation must be above 0, but is ${options.deviation}`);
  const maps = options.maps === undefined ? 24 : Number(options.maps);
  if (!Number.isInteger(maps) || maps < 1)
    throw new ArgumentError(`${subject}: --maps must be a positive integer, but is ${show(options.maps)}`);
  const classCount = model.outputShape.at(-1) as number;
  const classNames = classes === undefined ? undefined : await readClasses(classes, classCount);
  const target = options.class === undefined ? undefined : classNumber(options.class, classNames, classCount);

  const image = await readImage(file, height, width, channels as 1 | 3);
  await load(model, weights);
  const html = await report({
    ...{ model, image, statistics, maps, target, classNames },
    title: `${options.network ?? 'vgg'} · ${path.basename(file)}`,
    layers: options.layers?.split(','),
    onPart: (part) => process.stderr.isTTY && process.stderr.write(`${part}\n`),
  });
  await writeFile(out, html).catch((cause: Error) => {
    throw new ArgumentError(`${subject}: '${out}' cannot be written: ${cause.message}`, { cause });
  });
  console.log(out);
  return 0;
}

function build(name: string, json: string): Model {
  if (!Object.hasOwn(builders, name))
    throw new ArgumentError(
      `${subject}: --network must be one of ${Object.keys(builders).join(', ')}, but is ${show(name)}`,
    );
  let options: unknown;
  try {
    options = JSON.parse(json);
  } catch (cause) {
    throw new ArgumentError(`${subject}: --options is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const make = builders[name as keyof typeof builders] as (options: unknown) => unknown;
  const model = make(options);
  if (!(model instanceof Model) || !isShape(model.outputShape) || model.outputShape.length !== 1)
    throw new ArgumentError(`${subject}: ${name} with these options gives no scores of classes`);
  const [, , channels] = model.inputShape;
  if (channels !== 1 && channels !== 3)
    throw new ArgumentError(
      `${subject}: ${name} takes ${formatShape(model.inputShape)}, which is no grey or RGB image`,
    );
  return model;
}

function numbers(name: string, given: string | undefined, preset: readonly number[], channels: number): number[] {
  const values = given === undefined ? preset.slice(0, channels) : given.split(',').map(Number);
  if (values.length === 1) return new Array<number>(channels).fill(values[0] as number);
  if (values.length === channels && values.every(Number.isFinite)) return [...values];
  throw new ArgumentError(
    `${subject}: --${name} must be ${channels} numbers with commas between, but is ${show(given)}`,
  );
}

async function readClasses(file: string, count: number): Promise<string[]> {
  const text = await read('--classes', file);
  const lines = text.toString('utf8').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length !== count)
    throw new ArgumentError(`${subject}: --classes '${file}' has ${lines.length} lines for ${count} classes`);
  return lines;
}

function classNumber(given: string, names: readonly string[] | undefined, count: number): number {
  const named = names?.indexOf(given) ?? -1;
  const index = named >= 0 ? named : /^\d+$/.test(given) ? Number(given) : -1;
  if (index >= 0 && index < count) return index;
  throw new ArgumentError(
    `${subject}: --class must be the name of a class or a number below ${count}, but is ${show(given)}`,
  );
}

async function read(what: string, file: string): Promise<Buffer> {
  return readFile(file).catch((cause: Error) => {
    throw new ArgumentError(`${subject}: ${what} '${file}' cannot be read: ${cause.message}`, { cause });
  });
}

/** An image of any size as the network's: cut to its proportions around the middle, then resized. Transparency is laid over black. */
async function readImage(file: string, height: number, width: number, channels: 1 | 3): Promise<Image8> {
  const bytes = await read('image', file);
  if (!bytes.subarray(1, 4).equals(Buffer.from('PNG'))) {
    const { decode } = await imageDecoder(subject, { size: [height, width], channels });
    return { height, width, channels, data: await decode(file) };
  }
  const png = await decodePng(bytes, { file });
  const pixels = { ...png, channels, data: withChannels(png.data, png.channels, channels) };
  const scale = Math.min(png.height / height, png.width / width);
  const box = { height: height * scale, width: width * scale };
  const at = { top: (png.height - box.height) / 2, left: (png.width - box.width) / 2 };
  return { height, width, channels, data: cropResize(pixels, { ...box, ...at }, height, width) };
}

/** Grey or RGB, without alpha. */
function withChannels(data: Uint8Array, from: number, to: 1 | 3): Uint8Array {
  const alpha = from % 2 === 0 ? from - 1 : undefined;
  const colors = alpha ?? from;
  const result = new Uint8Array((data.length / from) * to);
  for (let pixel = 0; pixel < data.length / from; pixel++) {
    const opacity = alpha === undefined ? 1 : (data[pixel * from + alpha] as number) / 255;
    const sample = (c: number): number => (data[pixel * from + (colors === 1 ? 0 : c)] as number) * opacity;
    if (to === 3) for (let c = 0; c < 3; c++) result[pixel * 3 + c] = Math.round(sample(c));
    else result[pixel] = Math.round(0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2));
  }
  return result;
}

/** Ours, if the file says so; else with torchvision's names. */
async function load(model: Model, file: string): Promise<void> {
  const { metadata } = decodeSafetensors(await read('--weights', file), file);
  if (metadata.format === 'convgrad') await loadWeights(model, file);
  else await loadTorchWeights(model, file);
}
