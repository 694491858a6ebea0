// AlexNet, Krizhevsky, Sutskever & Hinton 2012: https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks
//
//   conv1 96@11×11/4 · conv2 256@5×5 · conv3 384@3×3 · conv4 384@3×3 · conv5 256@3×3 · fc6 4096 · fc7 4096 · fc8 1000
import { ones, zeros } from '../initializers/constant.js';
import { normal } from '../initializers/normal.js';
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { ArgumentError } from '../tensor/errors.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Options of `alexnet`. */
export interface AlexnetOptions extends NetworkOptions {
  /** 2 (default) as published, where conv2, conv4 and conv5 see half of the maps each; 1 without groups. */
  readonly towers?: 1 | 2;
}

/**
 * AlexNet with its two towers, response normalisation after the first two ReLUs, and overlapping maxima.
 *
 * 60,965,224 parameters at [227, 227, 3], the default: the paper prints 224, but its arithmetic needs 227. Weights start as
 * N(0, 0.01²), biases as 1 in conv2, conv4, conv5, fc6 and fc7. Layers are named as in Caffe's replication.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.alexnet({ classes: 100 });
 */
export function alexnet(options: AlexnetOptions = {}): Model {
  const { classes, wide, build } = planNetwork('alexnet', options, { classes: 1000, inputShape: [227, 227, 3] }, [
    'towers',
  ]);
  const { towers = 2 } = options;
  if (towers !== 1 && towers !== 2)
    throw new ArgumentError(`alexnet: towers must be 1 or 2, but received ${String(towers)}`);
  const conv = (
    name: string,
    filters: number,
    kernelSize: number,
    { strides = 1, padding = 0, groups = 1, bias = ones } = {},
  ): layers.Layer =>
    layers.conv2d({
      filters: wide(filters, 2),
      kernelSize,
      strides,
      padding,
      groups,
      activation: 'relu',
      filterInitializer: normal(0.01),
      biasInitializer: bias,
      name,
    });
  const hidden = (name: string): layers.Layer =>
    layers.dense({
      units: wide(4096),
      activation: 'relu',
      weightsInitializer: normal(0.01),
      biasInitializer: ones,
      name,
    });
  const pool = (name: string): layers.Layer => layers.maxPool2d({ poolSize: 3, strides: 2, name });
  return build([
    conv('conv1', 96, 11, { strides: 4, bias: zeros }),
    layers.localResponseNorm({ name: 'norm1' }),
    pool('pool1'),
    conv('conv2', 256, 5, { padding: 2, groups: towers }),
    layers.localResponseNorm({ name: 'norm2' }),
    pool('pool2'),
    conv('conv3', 384, 3, { padding: 1, bias: zeros }),
    conv('conv4', 384, 3, { padding: 1, groups: towers }),
    conv('conv5', 256, 3, { padding: 1, groups: towers }),
    pool('pool5'),
    layers.flatten({ name: 'flatten' }),
    hidden('fc6'),
    layers.dropout({ rate: 0.5, name: 'drop6' }),
    hidden('fc7'),
    layers.dropout({ rate: 0.5, name: 'drop7' }),
    layers.dense({ units: classes, weightsInitializer: normal(0.01), biasInitializer: zeros, name: 'fc8' }),
  ]);
}
