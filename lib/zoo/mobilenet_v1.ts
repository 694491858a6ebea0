// MobileNet, Howard et al. 2017: https://arxiv.org/abs/1704.04861
//
//   32@3×3/2, then pairs of a depthwise 3×3 and a 1×1 convolution, each with batch norm and ReLU6
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { checkInteger, checkNumber } from '../tensor/arguments.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Options of `mobilenetV1`. */
export interface MobilenetV1Options extends NetworkOptions {
  /** Pairs of 512 filters in the middle, default 5; the paper's shallow network has 0. */
  readonly repeats?: number;
  /** Probability that a feature is dropped before the classifier, default 0.001. */
  readonly dropout?: number;
}

/**
 * MobileNet with a width (the paper's α) of 1, 0.75, 0.5, 0.25 or any other.
 *
 * 4,231,976 parameters at [224, 224, 3], the default. ReLU6 and the names are those of the authors' version for Keras.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.mobilenetV1({ width: 0.5, inputShape: [160, 160, 3] });
 */
export function mobilenetV1(options: MobilenetV1Options = {}): Model {
  const defaults = { classes: 1000, inputShape: [224, 224, 3] };
  const { classes, wide, build } = planNetwork('mobilenetV1', options, defaults, ['repeats', 'dropout']);
  const { repeats = 5, dropout = 0.001 } = options;
  checkInteger('mobilenetV1', 'repeats', repeats, 0);
  checkNumber('mobilenetV1', 'dropout', dropout, 0, 1);
  const normed = (conv: layers.Layer): layers.Layer[] => [
    conv,
    layers.batchNorm({ epsilon: 1e-3, momentum: 0.01, name: `${conv.name}_bn` }),
    layers.activation('relu6', { name: `${conv.name}_relu` }),
  ];
  const filter = { padding: 'same', bias: false } as const;
  const pair = (filters: number, strides: number, index: number): layers.Layer[] => [
    ...normed(layers.depthwiseConv2d({ kernelSize: 3, strides, ...filter, name: `conv_dw_${index}` })),
    ...normed(layers.conv2d({ filters: wide(filters), kernelSize: 1, ...filter, name: `conv_pw_${index}` })),
  ];
  const middle = new Array<number>(repeats).fill(512);
  const filters = [64, 128, 128, 256, 256, 512, ...middle, 1024, 1024];
  const strides = filters.map((count, index) => (index > 0 && count !== filters[index - 1] ? 2 : 1));
  return build([
    ...normed(layers.conv2d({ filters: wide(32), kernelSize: 3, strides: 2, ...filter, name: 'conv1' })),
    ...filters.flatMap((count, index) => pair(count, strides[index] as number, index + 1)),
    layers.globalAveragePool2d({ name: 'global_average_pooling2d' }),
    layers.dropout({ rate: dropout, name: 'dropout' }),
    layers.dense({ units: classes, name: 'conv_preds' }),
  ]);
}
