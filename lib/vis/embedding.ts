// The activations of a layer as a map: images that the network takes to be alike lie near each other (van der Maaten & Hinton 2008;
// for networks of images, Donahue et al. 2013, arXiv 1310.1531, figure 1).
import type { BatchSource, HostArray } from '../data/types.js';
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { checkDataset } from '../training/options.js';
import { Canvas, type Color } from './canvas.js';
import { type Box, extent, toImage8 } from './image8.js';
import { checkImageModel, imageOf, layerOf } from './inspect.js';
import { textWidth } from './pixel_font.js';
import { pooledActivations } from './pooled.js';
import { tsne } from './tsne.js';
import { Visualization } from './visualization.js';

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** Path of the layer. */
  readonly layer: string;
  /** How many neighbours each image has, about; default 30, and less than a third of the images. */
  readonly perplexity?: number;
  /** Steps of the descent, default 500. */
  readonly steps?: number;
  /** Maps are averaged to this height and width first, default 1. */
  readonly pooledSize?: number;
  /** Decides where the points begin, default 0. */
  readonly seed?: number;
}

/** How an embedding is drawn. */
export interface EmbeddingImageOptions {
  /** Pixels of the longer side, without the legend; default 640. */
  readonly size?: number;
  /** What stands for an image: a `'point'` in the colour of its class (default), or the `'picture'` itself where there is room for it. */
  readonly mark?: 'point' | 'picture';
  /** Names of the classes, for a legend; default none. */
  readonly classes?: readonly string[];
}

const MOST = 10_000;
const margin = 16;
const lineHeight = 16;

/** Images as points of a plane, [images, 2]. */
export class Embedding extends Visualization<readonly [images: number, axes: 2]> {
  readonly layer: string;
  /** The class of each image, where the data have classes. */
  readonly labels: Int32Array | undefined;
  /** The divergence of the neighbourhoods in the plane from those of the activations, before each step. */
  readonly divergences: readonly number[];
  readonly #pictures: readonly Image8[];

  /** @internal */
  constructor(
    points: Float32Array,
    about: Pick<Embedding, 'layer' | 'labels' | 'divergences'>,
    pictures: readonly Image8[],
  ) {
    super(points, [pictures.length, 2]);
    this.layer = about.layer;
    this.labels = about.labels;
    this.divergences = about.divergences;
    this.#pictures = pictures;
  }

  /** The plane. @throws ArgumentError for invalid options */
  image(options: EmbeddingImageOptions = {}): Image8 {
    checkOptions('Embedding.image', options, ['size', 'mark', 'classes']);
    const { size = 640, mark = 'point', classes = [] } = options;
    checkInteger('Embedding.image', 'size', size, 128);
    checkChoice('Embedding.image', 'mark', mark, ['point', 'picture']);
    if (!Array.isArray(classes))
      throw new ArgumentError(`Embedding.image: classes must be names, but received ${show(classes)}`);
    const [xs, ys] = [0, 1].map((axis) => extent(this.data.filter((_, at) => at % 2 === axis)));
    const [[left, right], [top, bottom]] = [xs, ys] as [readonly [number, number], readonly [number, number]];
    const room =
      mark === 'picture' ? Math.max(...this.#pictures.map((picture) => Math.max(picture.width, picture.height))) : 5;
    const border = margin + Math.ceil(room / 2);
    const scale = (size - 2 * border) / Math.max(right - left, bottom - top, Number.MIN_VALUE);
    const legend = classes.length > 0 ? Math.max(...classes.map(textWidth)) + 2 * margin : 0;
    const [width, height] = [right - left, bottom - top].map((reach) => Math.ceil(reach * scale) + 2 * border) as [
      number,
      number,
    ];
    const canvas = new Canvas(width + legend, Math.max(height, classes.length * lineHeight + 2 * margin));
    const shown = new Map<number, Box>();
    for (const [n, picture] of this.#pictures.entries()) {
      const x = border + Math.round(((this.data[2 * n] as number) - left) * scale);
      const y = border + Math.round(((this.data[2 * n + 1] as number) - top) * scale);
      canvas.rectangle(x - 2, y - 1, 5, 3, colorOf(this.labels?.[n] ?? 0));
      canvas.rectangle(x - 1, y - 2, 3, 5, colorOf(this.labels?.[n] ?? 0));
      const box = boxAround(x, y, picture);
      if (mark === 'picture' && ![...shown.values()].some((other) => overlap(box, other))) shown.set(n, box);
    }
    for (const [n, box] of shown) {
      canvas.picture(this.#pictures[n] as Image8, box.left + 2, box.top + 2, 1);
      canvas.frame(box.left, box.top, box.right - box.left, box.bottom - box.top, 2, colorOf(this.labels?.[n] ?? 0));
    }
    for (const [label, name] of classes.entries()) {
      canvas.rectangle(width, margin + lineHeight * label, 9, 9, colorOf(label));
      canvas.text(name, width + margin, margin + lineHeight * label, 1);
    }
    return canvas;
  }
}

/** A picture about a point, with a frame of two pixels. */
function boxAround(x: number, y: number, { width, height }: Image8): Box {
  const [left, top] = [x - Math.floor(width / 2) - 2, y - Math.floor(height / 2) - 2];
  return { left, top, right: left + width + 4, bottom: top + height + 4 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Ten colours that differ in hue and lightness; then others, by turns of the golden angle. */
function colorOf(label: number): Color {
  // biome-ignore format: a table
  const first: readonly Color[] = [
    [31, 119, 180], [255, 127, 14], [44, 160, 44], [214, 39, 40], [148, 103, 189],
    [140, 86, 75], [227, 119, 194], [90, 90, 90], [188, 189, 34], [23, 190, 207],
  ];
  const hue = (label * 2.399963) % (2 * Math.PI);
  const channel = (turn: number): number => Math.round(128 + 100 * Math.cos(hue + (turn * 2 * Math.PI) / 3));
  return first[label] ?? [channel(0), channel(1), channel(2)];
}

/**
 * Lays images out in a plane, so that those whose activations in a layer are near each other lie together.
 *
 * @param dataset a few hundred images, or a few thousand; work and memory grow with the square of their number
 * @throws (rejects with) ArgumentError for options or a layer that do not fit, and for fewer than 4 or more than 10,000 images;
 *   ShapeError for images that do not fit
 * @example
 * const map = await vis.embedding(model, test.take(1000).batch(250), { layer: 'classifier.4' });
 * await writeFile('map.png', formats.encodePng(map.image({ mark: 'picture' })));
 */
export async function embedding(model: Model, dataset: BatchSource, options: EmbeddingOptions): Promise<Embedding> {
  const subject = 'embedding';
  checkImageModel(subject, model);
  checkDataset(subject, 'dataset', dataset);
  checkOptions(subject, options, ['layer', 'perplexity', 'steps', 'pooledSize', 'seed']);
  const { layer, steps = 500, pooledSize = 1, seed = 0 } = options;
  layerOf(subject, model, layer);
  checkInteger(subject, 'steps', steps);
  checkInteger(subject, 'pooledSize', pooledSize);
  checkInteger(subject, 'seed', seed, 0);
  if (options.perplexity !== undefined) checkNumber(subject, 'perplexity', options.perplexity, 1);
  const rows: Float32Array[] = [];
  const pictures: Image8[] = [];
  const labels: number[] = [];
  for await (const { x, y } of dataset.batches()) {
    const [found] = await pooledActivations(model, x, [layer], pooledSize);
    const { data, shape } = found as { data: Float32Array; shape: readonly number[] };
    const [batch = 0, length = 0] = shape;
    if (rows.length + batch > MOST)
      throw new ArgumentError(`${subject}: the data hold more than ${MOST} images; take() fewer`);
    for (let n = 0; n < batch; n++) {
      rows.push(data.slice(n * length, (n + 1) * length));
      const image: HostArray = imageOf(x, n);
      pictures.push(toImage8(image.data, image.shape));
    }
    if (y.dtype === 'int32' && y.shape.length === 1) labels.push(...y.data);
  }
  if (rows.length < 4) throw new ArgumentError(`${subject}: needs 4 images at least, but the data hold ${rows.length}`);
  const { perplexity = Math.min(30, (rows.length - 1) / 3) } = options;
  if (perplexity > rows.length - 1)
    throw new ArgumentError(`${subject}: perplexity must be below ${rows.length}, the images, but is ${perplexity}`);
  const { points, divergences } = await tsne(rows, { perplexity, steps, seed });
  const classes = labels.length === rows.length ? Int32Array.from(labels) : undefined;
  return new Embedding(Float32Array.from(points), { layer, labels: classes, divergences }, pictures);
}
