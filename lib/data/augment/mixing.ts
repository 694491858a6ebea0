// What MixUp and CutMix share: who is mixed with whom, in which proportion, and the labels that come of it.
//
// The samples of a batch are put in a random order, a function of (seed, epoch, source index); each is mixed with the next, the last with
// the first. So the order within the batch does not matter, only which samples are in it.
import { checkInteger, checkNumber, checkOptions } from '../../tensor/arguments.js';
import { DTypeError, ShapeError } from '../../tensor/errors.js';
import { formatShape } from '../../tensor/shape.js';
import type { AnySample, Batch, HostArray } from '../types.js';
import { type Draw, type ImageArray, normal, sampleDraws } from './images.js';

/** A sample with a share of each class for a label. */
export interface MixedSample<X> {
  readonly x: X;
  readonly y: HostArray<'float32'>;
}

/** An augmentation that mixes labels, for `BatchedDataset.map`. */
export type MixingAugmentation = <
  S extends AnySample & { readonly x: ImageArray; readonly y: HostArray<'int32'> | HostArray<'float32'> },
>(
  batch: Batch<S>,
) => Promise<Batch<MixedSample<S['x']>>>;

/** For each row of a batch: the row it is mixed with, and random numbers for how. */
export interface Pairing {
  readonly partner: number;
  readonly draw: Draw;
}

/** Options of the augmentations that mix. */
export interface MixingOptions {
  /** α of the Beta(α, α) distribution that shares are drawn from: 0 leaves everything as it is, 1 mixes in every proportion. */
  readonly alpha?: number;
  /** Number of classes; needed where labels are class numbers. */
  readonly classes?: number;
  readonly seed: number;
}

/** What an augmentation that mixes begins with. */
export interface Mixing {
  readonly pair: (batch: Batch<AnySample>) => Pairing[];
  /** Shares of the classes of a batch, float32 [batch, classes]. @throws DTypeError, ShapeError for labels that are no classes or shares */
  readonly labelsOf: (y: HostArray) => HostArray<'float32'>;
  /** The share that a sample keeps of itself. */
  readonly share: (draw: Draw) => number;
}

/** @throws ArgumentError for invalid or unknown options */
export function mixing(subject: string, options: MixingOptions, defaultAlpha: number): Mixing {
  checkOptions(subject, options, ['alpha', 'classes', 'seed']);
  const { alpha = defaultAlpha, classes, seed } = options;
  checkNumber(subject, 'alpha', alpha, 0, 1e3);
  if (classes !== undefined) checkInteger(subject, 'classes', classes);
  checkInteger(subject, 'seed', seed, 0);
  return {
    pair: pairing(subject, seed),
    labelsOf: (y) => denseLabels(subject, y, classes),
    share: (draw) => (alpha === 0 ? 1 : beta(alpha, draw)),
  };
}

/** Pairs the rows of batches. @throws ArgumentError unless the seed is a non-negative integer */
function pairing(subject: string, seed: number): (batch: Batch<AnySample>) => Pairing[] {
  const draws = sampleDraws(subject, seed);
  return ({ indices, epoch }) => {
    const rows = Array.from(indices, (index) => {
      const draw = draws(index, epoch);
      return { index, place: draw(), draw };
    });
    const order = [...rows.keys()].sort((a, b) => {
      const [p, q] = [rows[a], rows[b]] as [(typeof rows)[number], (typeof rows)[number]];
      return p.place - q.place || p.index - q.index;
    });
    const partners = new Uint32Array(rows.length);
    order.forEach((row, i) => {
      partners[row] = order[(i + 1) % order.length] as number;
    });
    return rows.map(({ draw }, row) => ({ partner: partners[row] as number, draw }));
  };
}

/** Shares of the classes, float32 [batch, classes]. @throws DTypeError, ShapeError for labels that are no classes or shares */
function denseLabels(subject: string, y: HostArray, classes: number | undefined): HostArray<'float32'> {
  if (y.dtype === 'float32') {
    if (y.shape.length !== 2 || (classes !== undefined && y.shape[1] !== classes))
      throw new ShapeError(
        `${subject}: y must be [batch, ${classes ?? 'classes'}], but received ${formatShape(y.shape)}`,
      );
    return y as HostArray<'float32'>;
  }
  if (y.dtype !== 'int32') throw new DTypeError(`${subject}: y must be int32 or float32, but received ${y.dtype}`);
  if (y.shape.length !== 1)
    throw new ShapeError(`${subject}: int32 y must be [batch], but received ${formatShape(y.shape)}`);
  checkInteger(subject, 'classes (for labels that are class numbers)', classes);
  const count = y.data.length;
  const data = new Float32Array(count * classes);
  for (let n = 0; n < count; n++) {
    const label = y.data[n] as number;
    if (label < 0 || label >= classes)
      throw new ShapeError(`${subject}: label ${label} of row ${n} is out of range, expected 0 to ${classes - 1}`);
    data[n * classes + label] = 1;
  }
  return { data, shape: [count, classes], dtype: 'float32' };
}

/** Each row with its own share, and its partner with the rest. */
export function mixLabels(
  y: HostArray<'float32'>,
  pairs: readonly Pairing[],
  shares: readonly number[],
): HostArray<'float32'> {
  const classes = y.shape[1] as number;
  const data = new Float32Array(y.data.length);
  pairs.forEach(({ partner }, n) => {
    const share = shares[n] as number;
    for (let c = 0; c < classes; c++)
      data[n * classes + c] =
        share * (y.data[n * classes + c] as number) + (1 - share) * (y.data[partner * classes + c] as number);
  });
  return { data, shape: y.shape, dtype: 'float32' };
}

/** A number of the Beta(α, α) distribution: X / (X + Y) of two of the gamma distribution. */
export function beta(alpha: number, draw: Draw): number {
  const x = gamma(alpha, draw);
  const y = gamma(alpha, draw);
  return x + y > 0 ? x / (x + y) : draw() < 0.5 ? 0 : 1; // both vanish for tiny α, where the mass is at the ends
}

/** Marsaglia and Tsang 2000; for α < 1 from that of α + 1. */
function gamma(alpha: number, draw: Draw): number {
  if (alpha < 1) return gamma(alpha + 1, draw) * (draw() + 2 ** -25) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(draw);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(draw() + 2 ** -25) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
