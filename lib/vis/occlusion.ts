// Occlusion (Zeiler & Fergus 2013, arXiv 1311.2901, section 4.2): a patch of grey is moved over the image, and the score falls where
// it hides what the score depends on.
//
//   drop[i, j] = S(x) − S(x with rows i·stride … + size and columns j·stride … + size grey),   ⌊(extent − size) / stride⌋ + 1 places
//
// A pixel counts as much as the patches that cover it, on average.
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { softmax } from '../ops/softmax.js';
import { checkChoice, checkInteger, checkNumber, checkOptions, type Pair, show, toPair } from '../tensor/arguments.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { AttributionMap, type Explained } from './attribution.js';
import { ask, type Question, type TargetOptions, valuesOf } from './explain.js';
import { HeatMap } from './heat_map.js';
import { channelsIn, scoresOf } from './target.js';
import { Visualization } from './visualization.js';

/** Options of `occlusion`. */
export interface OcclusionOptions extends TargetOptions {
  /** Height and width of the patch, in pixels: [height, width], or one number for both. */
  readonly size: Pair;
  /** Pixels from one place of the patch to the next, default half its size. */
  readonly stride?: Pair;
  /** What hides the image: a number, or one per channel. Default 128 for images of bytes, and 0, the mean of normalised ones, for others. */
  readonly fill?: number | readonly number[];
  /** What falls: the class' `'probability'`, the default, or its `'score'` before the softmax, which it always is for a unit of a layer. */
  readonly measure?: 'probability' | 'score';
  /** Places that are computed together, default 64. */
  readonly batchSize?: number;
}

/** How much hiding each place of an image takes from a score: [rows, columns] of places. */
export class Occlusion extends Visualization<readonly [rows: number, columns: number]> implements Explained {
  readonly target: number;
  /** Of the whole image: a probability, or a score before the softmax. */
  readonly score: number;
  readonly #plan: Plan;

  /** @internal */
  constructor(data: Float32Array, plan: Plan, { target, score }: Explained) {
    super(data, plan.places);
    this.#plan = plan;
    this.target = target;
    this.score = score;
  }

  /** The drops as colours, one pixel for each place. */
  image(): Image8 {
    return new HeatMap(this.data, this.shape).image();
  }

  /** For each pixel the mean drop of the patches that cover it, 0 where none does: [height, width]. */
  pixels(): AttributionMap {
    const { height, width, size, stride } = this.#plan;
    const [sums, counts] = [new Float64Array(height * width), new Float64Array(height * width)];
    const [, columns] = this.shape;
    for (const [place, drop] of this.data.entries()) {
      const [top, left] = [Math.floor(place / columns) * stride[0], (place % columns) * stride[1]];
      for (let y = top; y < top + size[0]; y++)
        for (let x = left; x < left + size[1]; x++) {
          sums[y * width + x] = (sums[y * width + x] as number) + drop;
          counts[y * width + x] = (counts[y * width + x] as number) + 1;
        }
    }
    const means = Float32Array.from(sums, (sum, at) => sum / Math.max(counts[at] as number, 1));
    return new AttributionMap(means, [height, width], this);
  }
}

interface Plan {
  readonly height: number;
  readonly width: number;
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly places: readonly [rows: number, columns: number];
  readonly fill: readonly number[];
  readonly measure: 'probability' | 'score';
  readonly batchSize: number;
}

function planOf({ images, readout }: Question, options: OcclusionOptions): Plan {
  const [, height = 0, width = 0, channels = 0] = images.shape;
  const size = toPair('occlusion', 'size', options.size);
  const half = [Math.max(1, Math.floor(size[0] / 2)), Math.max(1, Math.floor(size[1] / 2))] as const;
  const stride = options.stride === undefined ? half : toPair('occlusion', 'stride', options.stride);
  if (size[0] > height || size[1] > width)
    throw new ShapeError(`occlusion: a patch of ${size.join('×')} does not fit into images of ${height}×${width}`);
  const { fill = images.dtype === 'uint8' ? 128 : 0, batchSize = 64 } = options;
  const fills: readonly unknown[] = Array.isArray(fill) ? fill : new Array<unknown>(channels).fill(fill);
  if (fills.length !== channels)
    throw new ArgumentError(`occlusion: fill must be a number or ${channels} of them, but received ${show(fill)}`);
  for (const value of fills) checkNumber('occlusion', 'fill', value);
  checkInteger('occlusion', 'batchSize', batchSize);
  const unit = typeof options.target === 'object' && !Array.isArray(options.target) && 'layer' in options.target;
  const { measure = unit ? 'score' : 'probability' } = options;
  checkChoice('occlusion', 'measure', measure, ['probability', 'score']);
  if (measure === 'probability' && (unit || readout.shape.length !== 1))
    throw new ArgumentError(`occlusion: measure must be 'score' here: only the classes of a model have probabilities`);
  const places = [height, width].map((extent, axis) => {
    return Math.floor((extent - (size[axis] as number)) / (stride[axis] as number)) + 1;
  }) as [number, number];
  return { height, width, size, stride, places, fill: fills as readonly number[], measure, batchSize };
}

/**
 * Where in an image a class is seen: how much its probability falls when a grey patch hides each place.
 *
 * @param images [batch, height, width, channels]; bytes, if the model takes them
 * @param options.size of the patch; a quarter of the image is a good start
 * @returns the drops for each image
 * @throws (rejects with) ArgumentError, ShapeError or DTypeError for a model, images or options that do not fit
 * @example
 * const [map] = await vis.occlusion(model, image, { size: 8, stride: 2 });
 * await writeFile('occlusion.png', formats.encodePng(map.pixels().over(photograph)));
 */
export async function occlusion(model: Model, images: Tensor, options: OcclusionOptions): Promise<Occlusion[]> {
  checkOptions('occlusion', options, ['target', 'size', 'stride', 'fill', 'measure', 'batchSize']);
  const question = ask('occlusion', model, images, options.target);
  const plan = planOf(question, options);
  const whole = scope(() => {
    const values = measured(question, plan, question.images);
    return { scores: scoresOf(values, question.chosen).data(), targets: channelsIn(values, question.chosen) };
  });
  const [pixels, scores, targets] = await Promise.all([question.images.data(), whole.scores, whole.targets]);
  const found: Occlusion[] = [];
  const length = pixels.length / targets.length;
  for (const [n, target] of targets.entries()) {
    const score = scores[n] as number;
    const image = pixels.subarray(n * length, (n + 1) * length);
    const hidden = await hiddenScores(question, plan, image, target);
    const drops = hidden.map((value) => score - value);
    found.push(new Occlusion(drops, plan, { target, score }));
  }
  return found;
}

/** What the target is chosen from. */
function measured({ model, readout }: Question, { measure }: Plan, x: Tensor): Tensor {
  const { values } = valuesOf(model, x, readout);
  return measure === 'probability' ? softmax(values) : values;
}

/** The target's score with each place of one image hidden. */
async function hiddenScores(question: Question, plan: Plan, image: Pixels, target: number): Promise<Float32Array> {
  const { places, batchSize } = plan;
  const { dtype, shape } = question.images;
  const total = places[0] * places[1];
  const result = new Float32Array(total);
  for (let first = 0; first < total; first += batchSize) {
    const count = Math.min(batchSize, total - first);
    const copies = allocateTypedArray(dtype, count * image.length);
    for (let i = 0; i < count; i++) {
      const copy = copies.subarray(i * image.length, (i + 1) * image.length);
      copy.set(image);
      hide(copy, plan, first + i);
    }
    const chosen = { ...question.chosen, channels: new Array<number>(count).fill(target) };
    const scores = scope(() => {
      const values = measured(question, plan, tensor(copies, [count, ...shape.slice(1)]));
      return { read: scoresOf(values, chosen).data() };
    });
    result.set(await scores.read, first);
  }
  return result;
}

type Pixels = ReturnType<typeof allocateTypedArray>;

/** Fills one place of an image. */
function hide(image: Pixels, { width, size, stride, places, fill }: Plan, place: number): void {
  const [top, left] = [Math.floor(place / places[1]) * stride[0], (place % places[1]) * stride[1]];
  for (let y = top; y < top + size[0]; y++)
    for (let x = left; x < left + size[1]; x++) image.set(fill, (y * width + x) * fill.length);
}
