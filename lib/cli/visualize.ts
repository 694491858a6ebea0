// `convgrad visualize <image>`: a report of what a network sees in an image, as one HTML file.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withChannels } from '../data/sources/channels.js';
import { cropResize } from '../data/sources/crop_resize.js';
import { imageDecoder } from '../data/sources/image_files.js';
import type { Image8 } from '../formats/png.js';
import { decodePng } from '../formats/png_decode.js';
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { classifierHelp, countOf, loadClassifier, statisticsOf } from './classifiers.js';
import { report } from './report.js';
import type { VisualizeOptions } from './visualize_options.js';

const subject = 'convgrad visualize';

const usage = `usage: convgrad visualize <image> --weights <file> [options]
       convgrad visualize <image> --model <file> [options]

Writes one HTML file with what a network sees in an image: its prediction, filters, feature maps layer by layer, receptive fields,
and which pixels the prediction comes from. Without --network or --model the weights are VGG-19's.

  <image>              PNG; JPEG and other formats where the package 'sharp' is installed
${classifierHelp}
  --classes <file>     names of the classes, one on each line
  --class <class>      the class to explain, a name or number; default the predicted one
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
  if (weights === undefined && options.model === undefined)
    throw new ArgumentError(`${subject}: --weights, or --model, is missing; --help says more`);
  const network = options.network ?? 'vgg';
  const model = await loadClassifier(subject, options.model === undefined ? { ...options, network } : options);
  const [height, width, channels] = model.inputShape as readonly [number, number, number];
  const statistics = statisticsOf(subject, options, channels);
  const maps = countOf(subject, 'maps', options.maps, 24);
  const classCount = model.outputShape.at(-1) as number;
  const classNames = classes === undefined ? undefined : await readClasses(classes, classCount);
  const target = options.class === undefined ? undefined : classNumber(options.class, classNames, classCount);

  const image = await readImage(file, height, width, channels as 1 | 3);
  const html = await report({
    ...{ model, image, statistics, maps, target, classNames },
    title: `${options.model === undefined ? network : path.basename(options.model)} · ${path.basename(file)}`,
    layers: options.layers?.split(','),
    onPart: (part) => process.stderr.isTTY && process.stderr.write(`${part}\n`),
  });
  await writeFile(out, html).catch((cause: Error) => {
    throw new ArgumentError(`${subject}: '${out}' cannot be written: ${cause.message}`, { cause });
  });
  console.log(out);
  return 0;
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
