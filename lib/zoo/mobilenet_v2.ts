// MobileNetV2, Sandler et al. 2018: https://arxiv.org/abs/1801.04381
//
//   inverted residuals: 1×1 to t times the channels → depthwise 3×3 → 1×1 back, without an activation at the end; the input is
//   added where the shape stays
import { zeros } from '../initializers/constant.js';
import { heNormal } from '../initializers/he.js';
import { normal } from '../initializers/normal.js';
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { checkInteger, checkNumber, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Table 2 of the paper: expansion, channels, repeats, strides. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Options of `mobilenetV2`. */
export interface MobilenetV2Options extends NetworkOptions {
  /** Blocks of each of the seven stages, default as published: [1, 2, 3, 4, 3, 3, 1]. */
  readonly repeats?: readonly number[];
  /** Probability that a feature is dropped before the classifier, default 0.2. */
  readonly dropout?: number;
}

/** A number of channels as the authors round it: to a multiple of 8 that is at least 90 % of it. */
function roundChannels(channels: number): number {
  const rounded = Math.max(8, 8 * Math.floor((channels + 4) / 8));
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

const filter = { bias: false, filterInitializer: heNormal('fanOut') } as const;

const normed = (conv: layers.Layer): layers.Layer[] => [conv, layers.batchNorm()];
const activated = (conv: layers.Layer): layers.Layer =>
  layers.sequential([...normed(conv), layers.activation('relu6')]);
const point = (filters: number): layers.Layer => layers.conv2d({ filters, kernelSize: 1, ...filter });

function invertedResidual(inputs: number, filters: number, expansion: number, strides: number): layers.Layer {
  const conv = layers.sequential(
    [
      ...(expansion > 1 ? [activated(point(inputs * expansion))] : []),
      activated(layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 1, ...filter })),
      ...normed(point(filters)),
    ],
    { name: 'conv' },
  );
  return strides === 1 && inputs === filters ? layers.residual([conv]) : layers.sequential([conv]);
}

/**
 * MobileNetV2 with any width.
 *
 * 3,504,872 parameters at [224, 224, 3], the default. Names are torchvision's: `io.loadTorchWeights` reads its file.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.mobilenetV2({ classes: 5 });
 */
export function mobilenetV2(options: MobilenetV2Options = {}): Model {
  const defaults = { classes: 1000, inputShape: [224, 224, 3] };
  const { classes, build } = planNetwork('mobilenetV2', options, defaults, ['repeats', 'dropout']);
  const { repeats = stages.map(([, , count]) => count), dropout = 0.2, width = 1 } = options;
  if (!Array.isArray(repeats) || repeats.length !== stages.length)
    throw new ArgumentError(
      `mobilenetV2: repeats must list the blocks of ${stages.length} stages, but received ${show(repeats)}`,
    );
  for (const [stage, count] of repeats.entries()) checkInteger('mobilenetV2', `repeats[${stage}]`, count);
  checkNumber('mobilenetV2', 'dropout', dropout, 0, 1);
  let inputs = roundChannels(32 * width);
  const stem = activated(layers.conv2d({ filters: inputs, kernelSize: 3, strides: 2, padding: 1, ...filter }));
  const blocks = stages.flatMap(([expansion, channels, , strides], stage) =>
    Array.from({ length: repeats[stage] as number }, (_, index) => {
      const filters = roundChannels(channels * width);
      const block = invertedResidual(inputs, filters, expansion, index === 0 ? strides : 1);
      inputs = filters;
      return block;
    }),
  );
  const last = activated(point(roundChannels(1280 * Math.max(1, width))));
  const classifier = [
    layers.dropout({ rate: dropout }),
    layers.dense({ units: classes, weightsInitializer: normal(0.01), biasInitializer: zeros }),
  ];
  return build([
    layers.sequential([stem, ...blocks, last], { name: 'features' }),
    layers.globalAveragePool2d({ name: 'avgpool' }),
    layers.sequential(classifier, { name: 'classifier' }),
  ]);
}
