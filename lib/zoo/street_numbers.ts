// Numbers on houses read as a whole, Goodfellow, Bulatov, Ibarz, Arnoud & Shet 2013: https://arxiv.org/abs/1312.6082
//
//   54×54 → eight convolutions of 5×5 (the first with maxout), each followed by a maximum of 2×2 and subtractive normalisation
//   → one locally connected layer → two dense layers → heads: the length, and five digits
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { decodeDigitSequence } from '../ops/decode_digit_sequence.js';
import { checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Units per location of the convolutional layers. */
const published = [48, 64, 128, 160, 192, 192, 192, 192];

/** Options of `streetNumbers`. */
export interface StreetNumbersOptions extends Omit<NetworkOptions, 'classes'> {
  /**
   * Hidden layers, 3 to 11 (default): one is locally connected, one dense (two from 8 on), the others convolutions. These are the
   * depths the paper compares.
   */
  readonly depth?: number;
  /** Units per location of each convolution, default the first of [48, 64, 128, 160, 192, 192, 192, 192] times the width. */
  readonly filters?: readonly number[];
  /** Units of the dense layers, default 3072 times the width. */
  readonly hidden?: number;
  /** Probability that a hidden unit is dropped, default 0.2; the paper drops in every hidden layer and does not print its rate. */
  readonly dropout?: number;
  /** Digit heads, default 5; the length head has two classes more, 0 … digits and "longer". */
  readonly digits?: number;
}

/**
 * The transcriber of street numbers: its output is a row of logits for `losses.digitSequence`, the length's (7) and then each
 * digit's (10).
 *
 * 38,142,809 parameters at [54, 54, 3], the default; `width: 0.25` has 2,420,801. Numbers of units are rounded to multiples of 4.
 * Where the paper is silent: pooling pads as `'same'` and comes after the ReLU, normalisation is by channel, the locally
 * connected layer has 5×5 windows.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.streetNumbers({ width: 0.25 });
 * await model.fit(train, { loss: losses.digitSequence, optimizer: optimizers.adam(), epochs: 10 });
 * const [{ text }] = await zoo.readStreetNumbers(model.forward(images)); // '175'
 */
export function streetNumbers(options: StreetNumbersOptions = {}): Model {
  const own = ['depth', 'filters', 'hidden', 'dropout', 'digits'];
  checkOptions('streetNumbers', options, [...own, 'inputShape', 'width', 'seed', 'dtype']);
  const { wide, build } = planNetwork('streetNumbers', options, { classes: 10, inputShape: [54, 54, 3] }, own);
  const { depth = 11, hidden = wide(3072, 4), dropout = 0.2, digits = 5 } = options;
  checkInteger('streetNumbers', 'depth', depth, 3);
  if (depth > 11) throw new ArgumentError(`streetNumbers: depth must be from 3 to 11, but received ${depth}`);
  checkInteger('streetNumbers', 'hidden', hidden);
  checkNumber('streetNumbers', 'dropout', dropout, 0, 1);
  checkInteger('streetNumbers', 'digits', digits);
  const denseLayers = depth < 8 ? 1 : 2;
  const convolutions = depth - 1 - denseLayers;
  const { filters = published.slice(0, convolutions).map((units) => wide(units, 4)) } = options;
  if (!Array.isArray(filters) || filters.length !== convolutions)
    throw new ArgumentError(
      `streetNumbers: depth ${depth} has ${convolutions} convolutions, but filters are ${show(filters)}`,
    );
  const drop = (): layers.Layer => layers.dropout({ rate: dropout });
  return build([
    ...filters.map((units, index) => convolution(units, index, drop())),
    layers.locallyConnected2d({
      filters: filters.at(-1) as number,
      kernelSize: 5,
      padding: 'same',
      activation: 'relu',
      name: 'local',
    }),
    drop(),
    layers.flatten({ name: 'flatten' }),
    ...Array.from({ length: denseLayers }, (_, index) => [
      layers.dense({ units: hidden, activation: 'relu', name: `dense${index + 1}` }),
      drop(),
    ]).flat(),
    layers.parallel(
      [
        layers.dense({ units: digits + 2, name: 'length' }),
        ...Array.from({ length: digits }, (_, digit) => layers.dense({ units: 10, name: `digit${digit + 1}` })),
      ],
      { name: 'heads' },
    ),
  ]);
}

/** One hidden layer; strides of the maxima alternate between 2 and 1. The first has maxout units of three filters each. */
function convolution(units: number, index: number, drop: layers.Layer): layers.Layer {
  const same = { kernelSize: 5, padding: 2, name: 'conv' } as const;
  const first = [layers.conv2d({ filters: 3 * units, ...same }), layers.maxout({ pieces: 3, name: 'maxout' })];
  return layers.sequential(
    [
      ...(index === 0 ? first : [layers.conv2d({ filters: units, activation: 'relu', ...same })]),
      layers.maxPool2d({ poolSize: 2, strides: 2 - (index % 2), padding: 'same', name: 'pool' }),
      layers.subtractiveNorm({ name: 'norm' }),
      drop,
    ],
    { name: `hidden${index + 1}` },
  );
}

/** A number as the network reads it. */
export interface StreetNumber {
  /** `'175'`; empty where it sees no digits, and the first digits where it sees more than it has heads for. */
  readonly text: string;
  /** Whether it sees more digits than it has heads for. */
  readonly longer: boolean;
  /** ln P(length, digits). */
  readonly logProbability: number;
}

/**
 * The most probable numbers: for each length its log-probability plus those of the most probable digits up to there, and the
 * best of these.
 *
 * @param logits [batch, digits + 2 + digits · 10], what `streetNumbers` puts out
 * @param options.digits of the network, default 5
 * @throws (rejects with) ShapeError, DTypeError or ArgumentError for logits or options that do not fit
 * @example
 * const [{ text, logProbability }] = await zoo.readStreetNumbers(model.forward(images));
 */
export async function readStreetNumbers(
  logits: Tensor,
  options: { readonly digits?: number } = {},
): Promise<StreetNumber[]> {
  const { sequences, logProbabilities } = decodeDigitSequence(logits, options);
  const [rows, scores] = await Promise.all([sequences.data(), logProbabilities.data()]);
  const columns = sequences.shape[1] as number;
  return Array.from(scores, (logProbability, index) => {
    const [length = 0, ...digits] = rows.subarray(index * columns, (index + 1) * columns);
    return { text: digits.slice(0, length).join(''), longer: length > digits.length, logProbability };
  });
}
