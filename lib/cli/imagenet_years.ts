// Who won the classification task of the ImageNet challenge year by year, and the networks among them that the zoo builds.
//
// Errors: top-5, on the test set, in per cent, as the organisers published them (Russakovsky et al. 2015, arXiv 1409.0575, and the
// challenge's result pages for the years after).
import type { Model } from '../models/model.js';
import { ArgumentError } from '../tensor/errors.js';
import * as zoo from '../zoo/index.js';

/** A year of the challenge. */
export interface ChallengeYear {
  readonly year: number;
  readonly winner: string;
  /** Per cent of test images whose class was not among five guesses. */
  readonly top5Error: number;
  /** The network, if the zoo has it. */
  readonly build?: () => Model;
  /** What the entry was, where it was no network the zoo has. */
  readonly kind?: string;
}

export const challengeYears: readonly ChallengeYear[] = [
  { year: 2010, winner: 'NEC-UIUC', top5Error: 28.2, kind: 'features by hand' },
  { year: 2011, winner: 'XRCE', top5Error: 25.8, kind: 'features by hand' },
  { year: 2012, winner: 'AlexNet', top5Error: 16.422, build: () => zoo.alexnet() },
  { year: 2013, winner: 'Clarifai, as ZFNet', top5Error: 11.743, build: () => zoo.zfnet() },
  { year: 2014, winner: 'GoogLeNet', top5Error: 6.67, build: () => zoo.googlenet() },
  { year: 2015, winner: 'ResNet-152', top5Error: 3.567, build: () => zoo.resnet({ depth: 152 }) },
  { year: 2016, winner: 'Trimps-Soushen', top5Error: 2.991, kind: 'ensemble' },
  { year: 2017, winner: 'SENet', top5Error: 2.251, kind: 'network' },
];

/** Networks for the same images, by name. */
const networks: Readonly<Record<string, () => Model>> = {
  AlexNet: () => zoo.alexnet(),
  'AlexNet, one tower': () => zoo.alexnetOneTower(),
  ZFNet: () => zoo.zfnet(),
  'VGG-11': () => zoo.vgg({ depth: 11 }),
  'VGG-13': () => zoo.vgg({ depth: 13 }),
  'VGG-16': () => zoo.vgg({ depth: 16 }),
  'VGG-19': () => zoo.vgg({ depth: 19 }),
  GoogLeNet: () => zoo.googlenet(),
  'ResNet-18': () => zoo.resnet({ depth: 18 }),
  'ResNet-34': () => zoo.resnet({ depth: 34 }),
  'ResNet-50': () => zoo.resnet({ depth: 50 }),
  'ResNet-101': () => zoo.resnet({ depth: 101 }),
  'ResNet-152': () => zoo.resnet({ depth: 152 }),
  MobileNet: () => zoo.mobilenetV1(),
  MobileNetV2: () => zoo.mobilenetV2(),
};

/** What a network is made of, all of it computed. */
export interface Structure {
  /** Layers with weights on the longest way from input to output. */
  readonly depth: number;
  readonly parameters: number;
  /** Multiply-accumulates for one image. */
  readonly macs: number;
}

/** Computed from shapes alone: no weights are allocated. */
export function structureOf(model: Model): Structure {
  const { trainableParameters, macs } = model.summary();
  return { depth: zoo.depthOf(model), parameters: trainableParameters, macs };
}

/** The structure of every network of the zoo for ImageNet, by name. */
export function structures(): ReadonlyMap<string, Structure> {
  return new Map(Object.entries(networks).map(([name, build]) => [name, structureOf(build())]));
}

/** The years as lines of text. */
export function yearTable(): string[] {
  const rows = challengeYears.map(({ year, winner, top5Error, build, kind = '' }) => [
    String(year),
    winner,
    top5Error.toFixed(2),
    ...(build ? cellsOf(structureOf(build())) : ['', '', '', kind]),
  ]);
  return columns([['year', 'winner', 'top-5 error %', 'depth', 'parameters', 'GMAC', ''], ...rows]);
}

/** The networks as lines of text. */
export function networkTable(): string[] {
  const rows = Array.from(structures(), ([name, structure]) => [name, ...cellsOf(structure)]);
  return columns([['network', 'depth', 'parameters', 'GMAC'], ...rows]);
}

const cellsOf = ({ depth, parameters, macs }: Structure): string[] => [
  String(depth),
  parameters.toLocaleString('en-US'),
  (macs / 1e9).toFixed(3),
];

/** Cells padded to columns, numbers to the right, with a rule below the first row. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const header = rows[0];
  if (!header) throw new ArgumentError('imagenet: a table needs a header');
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = header.map((_, column) => rows.slice(1).every((row) => /^[\d.,]*$/.test(row[column] ?? '')));
  const lines = rows.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return isNumber[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [lines[0] as string, '─'.repeat(Math.max(...lines.map((line) => line.length))), ...lines.slice(1)];
}
