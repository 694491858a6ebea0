// y = x − (w ⋆ x) / (Σ of the weights inside the image): what stands out from its neighbourhood. Jarrett et al. 2009.
//
// The window's weights are ≥ 0 and sum to 1; at the border they are renormalised, so that a constant image gives 0
// everywhere. Per channel by default; `acrossChannels` subtracts one mean, over all channels too, from each of them.
import { checkBoolean, checkOptions, toPair } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { averagePool2d } from './average_pool2d.js';
import { conv2d } from './conv2d.js';
import { divide } from './divide.js';
import { mean } from './mean.js';
import { subtract } from './subtract.js';

/** Options of {@link subtractiveNorm}. */
export interface SubtractiveNormOptions {
  /** Extent of the window, odd: one number or [height, width]; default 3. The weights are equal. */
  readonly windowSize?: number | readonly [number, number];
  /** Weights of the window instead, row by row: non-negative numbers of odd extents that sum to 1. */
  readonly weights?: readonly (readonly number[])[];
  /** Whether the mean is over all channels too; default false. */
  readonly acrossChannels?: boolean;
}

const optionNames = ['windowSize', 'weights', 'acrossChannels'] as const;

function checkWeights(subject: string, weights: readonly (readonly number[])[]): void {
  const rows = Array.isArray(weights) ? weights : [];
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  const flat = rows.flat();
  const fits =
    rows.length % 2 === 1 &&
    width % 2 === 1 &&
    rows.every((row) => Array.isArray(row) && row.length === width) &&
    flat.every((weight) => typeof weight === 'number' && weight >= 0) &&
    Math.abs(flat.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6;
  if (!fits)
    throw new ArgumentError(
      `${subject}: weights must be rows of non-negative numbers, of odd extents, that sum to 1, but received ${JSON.stringify(weights)}`,
    );
}

/** @throws ArgumentError for invalid options @internal */
export function checkSubtractiveNorm(subject: string, options: SubtractiveNormOptions, own: readonly string[] = []) {
  checkOptions(subject, options, [...own, ...optionNames]);
  const { windowSize = 3, weights, acrossChannels = false } = options;
  const window = toPair(subject, 'windowSize', windowSize);
  if (window.some((extent) => extent % 2 === 0))
    throw new ArgumentError(`${subject}: windowSize must be odd, but received ${JSON.stringify(windowSize)}`);
  if (weights !== undefined) {
    if (options.windowSize !== undefined) throw new ArgumentError(`${subject}: give either windowSize or weights`);
    checkWeights(subject, weights);
    if (weights[(weights.length - 1) / 2]?.[((weights[0]?.length ?? 1) - 1) / 2] === 0)
      throw new ArgumentError(`${subject}: the weight in the middle must not be 0`);
  }
  checkBoolean(subject, 'acrossChannels', acrossChannels);
  return { window, weights, acrossChannels } as const;
}

/** The weighted mean of each pixel's neighbours inside the image. */
function weightedMean(x: Tensor, weights: readonly (readonly number[])[]): Tensor {
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const kernel = (copies: number): Tensor =>
    tensor(
      weights.map((row) => row.map((weight) => [new Array<number>(copies).fill(weight)])),
      [weights.length, weights[0]?.length ?? 0, 1, copies],
      x.dtype,
    );
  const ones = tensor(new Float64Array(height * width).fill(1), [1, height, width, 1], x.dtype);
  const inside = conv2d(ones, kernel(1), { padding: 'same' });
  return divide(conv2d(x, kernel(channels), { padding: 'same', groups: channels }), inside);
}

/**
 * Subtractive normalisation: from each pixel the mean of its neighbourhood is subtracted, channel by channel or, with
 * `acrossChannels`, taken over all channels. At the border only what lies inside the image counts.
 *
 * @param x images [batch, height, width, channels]
 * @param options `windowSize` 3, or `weights`; `acrossChannels` false
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.subtractiveNorm(x);
 * ops.subtractiveNorm(x, { weights: [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]] });
 */
export function subtractiveNorm(x: Tensor, options: SubtractiveNormOptions = {}): Tensor {
  const { window, weights, acrossChannels } = checkSubtractiveNorm('subtractiveNorm', options);
  checkFloat('subtractiveNorm', 'x', x);
  checkRank('subtractiveNorm', 'x', x, 4, '[batch, height, width, channels]');
  if (x.shape.slice(1).includes(0))
    throw new ShapeError(`subtractiveNorm: an image must not be empty, but x has shape ${formatShape(x.shape)}`);
  const seen = acrossChannels ? mean(x, { axes: 3, keepDims: true }) : x;
  const [h, w] = window.map((extent) => (extent - 1) / 2) as [number, number];
  const around = weights
    ? weightedMean(seen, weights)
    : averagePool2d(seen, { poolSize: window, strides: 1, padding: [h, w], countIncludePad: false });
  return subtract(x, around);
}
