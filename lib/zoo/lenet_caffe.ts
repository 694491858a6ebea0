// Caffe's LeNet: https://github.com/BVLC/caffe/blob/master/examples/mnist/lenet.prototxt
import { zeros } from '../initializers/constant.js';
import { lecunUniform } from '../initializers/variance_scaling.js';
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { type NetworkOptions, planNetwork } from './network.js';

/**
 * Caffe's LeNet for MNIST: 20 and 50 filters of 5×5 with a maximum of 2×2 after each and no activation between, 500 hidden units.
 *
 * 431,080 parameters at [28, 28, 1], the default. Pixels from 0 to 1; weights start as Caffe's "xavier", U(±√(3/fanIn)).
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.lenetCaffe();
 */
export function lenetCaffe(options: NetworkOptions = {}): Model {
  const { classes, wide, build } = planNetwork('lenetCaffe', options, {
    classes: 10,
    inputShape: [28, 28, 1],
  });
  const filters = { filterInitializer: lecunUniform(), biasInitializer: zeros };
  const weights = { weightsInitializer: lecunUniform(), biasInitializer: zeros };
  return build([
    layers.conv2d({ filters: wide(20), kernelSize: 5, ...filters, name: 'conv1' }),
    layers.maxPool2d({ poolSize: 2, name: 'pool1' }),
    layers.conv2d({ filters: wide(50), kernelSize: 5, ...filters, name: 'conv2' }),
    layers.maxPool2d({ poolSize: 2, name: 'pool2' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: wide(500), activation: 'relu', ...weights, name: 'ip1' }),
    layers.dense({ units: classes, ...weights, name: 'ip2' }),
  ]);
}
