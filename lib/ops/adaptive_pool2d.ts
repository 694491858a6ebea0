// What the adaptive poolings share. Output t of `out` along an axis sees inputs ⌊t·input/out⌋ … ⌈(t + 1)·input/out⌉ − 1.
import { checkOptions, type Pair, toPair } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of the adaptive poolings. */
export interface AdaptivePool2dOptions {
  /** Extent of the output: one number or [height, width]. */
  readonly outputSize: Pair;
}

export type AdaptiveNumbers = readonly [
  batch: number,
  channels: number,
  height: number,
  width: number,
  outH: number,
  outW: number,
];

/** @throws DTypeError, ShapeError or ArgumentError */
export function adaptiveNumbers(subject: string, x: Tensor, options: AdaptivePool2dOptions): AdaptiveNumbers {
  checkOptions(subject, options, ['outputSize']);
  const [outH, outW] = toPair(subject, 'outputSize', options.outputSize);
  checkFloat(subject, 'x', x);
  checkRank(subject, 'x', x, 4, '[batch, height, width, channels]');
  if (x.shape.slice(1).includes(0))
    throw new ShapeError(`${subject}: an image must not be empty, but x has shape ${formatShape(x.shape)}`);
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  return [batch, channels, height, width, outH, outW];
}

export const adaptiveOutput = ([batch, channels, , , outH, outW]: AdaptiveNumbers) =>
  [batch, outH, outW, channels] as const;

export const adaptiveInput = ([batch, channels, height, width]: AdaptiveNumbers) =>
  [batch, height, width, channels] as const;
