// ZFNet, Zeiler & Fergus 2013: https://arxiv.org/abs/1311.2901
import { zeros } from '../initializers/constant.js';
import { normal } from '../initializers/normal.js';
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { type NetworkOptions, planNetwork } from './network.js';

/**
 * ZFNet: AlexNet with a first layer of 7×7 at stride 2, which deconvolution had shown to be better, and no towers.
 *
 * 62,357,608 parameters at [224, 224, 3], the default. Its contrast normalisation across feature maps is AlexNet's response
 * normalisation here. Weights start as N(0, 0.01²), biases as 0; the paper renormalises conv filters whose RMS exceeds 0.1.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.zfnet({ classes: 101 });
 */
export function zfnet(options: NetworkOptions = {}): Model {
  const { classes, wide, build } = planNetwork('zfnet', options, {
    classes: 1000,
    inputShape: [224, 224, 3],
  });
  const start = { filterInitializer: normal(0.01), biasInitializer: zeros };
  const conv = (name: string, filters: number, kernelSize: number, strides: number, padding: number): layers.Layer =>
    layers.conv2d({ filters: wide(filters), kernelSize, strides, padding, activation: 'relu', ...start, name });
  const pool = (name: string, padding: number): layers.Layer =>
    layers.maxPool2d({ poolSize: 3, strides: 2, padding, name });
  const dense = (name: string, units: number, activation: 'relu' | 'none'): layers.Layer =>
    layers.dense({ units, activation, weightsInitializer: normal(0.01), biasInitializer: zeros, name });
  return build([
    conv('conv1', 96, 7, 2, 1),
    pool('pool1', 1),
    layers.localResponseNorm({ name: 'norm1' }),
    conv('conv2', 256, 5, 2, 0),
    pool('pool2', 1),
    layers.localResponseNorm({ name: 'norm2' }),
    conv('conv3', 384, 3, 1, 1),
    conv('conv4', 384, 3, 1, 1),
    conv('conv5', 256, 3, 1, 1),
    pool('pool5', 0),
    layers.flatten({ name: 'flatten' }),
    dense('fc6', wide(4096), 'relu'),
    layers.dropout({ rate: 0.5, name: 'drop6' }),
    dense('fc7', wide(4096), 'relu'),
    layers.dropout({ rate: 0.5, name: 'drop7' }),
    dense('fc8', classes, 'none'),
  ]);
}
