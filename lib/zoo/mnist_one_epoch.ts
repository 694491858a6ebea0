// A network that learns MNIST in one epoch: https://github.com/tuomaso/train_mnist_fast
//
//   24@5×5 → maximum 2×2 → 32@3×3 → maximum 2×2 → 256 → 10, pooled before the activation, which then has a quarter of the work
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { checkBoolean } from '../tensor/arguments.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Options of `mnistOneEpoch`. */
export interface MnistOneEpochOptions extends NetworkOptions {
  /** Whether batch norm follows the maxima, in the place of the convolutions' biases; default true. Published without. */
  readonly batchNorm?: boolean;
}

/**
 * A small network for one quick epoch of MNIST. It takes uint8 pixels and normalises them itself.
 *
 * With Adam (β₁ 0.7, β₂ 0.9) and a one-cycle schedule up to 0.01 it reaches 99 % in one epoch of batches of 256. As published
 * (`batchNorm: false`) it has 215,194 parameters at [28, 28, 1], the default.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.mnistOneEpoch({ seed: 7 });
 */
export function mnistOneEpoch(options: MnistOneEpochOptions = {}): Model {
  const defaults = { classes: 10, inputShape: [28, 28, 1] };
  const { classes, wide, build } = planNetwork('mnistOneEpoch', options, defaults, ['batchNorm']);
  const { batchNorm = true } = options;
  checkBoolean('mnistOneEpoch', 'batchNorm', batchNorm);
  const stage = (index: number, filters: number, kernelSize: number): layers.Layer[] => [
    layers.conv2d({ filters: wide(filters), kernelSize, bias: !batchNorm, name: `conv${index}` }),
    layers.maxPool2d({ poolSize: 2, name: `pool${index}` }),
    ...(batchNorm ? [layers.batchNorm({ name: `bn${index}` })] : []),
    layers.activation('relu', { name: `relu${index}` }),
  ];
  return build([
    layers.normalizePixels({ mean: 0.1307, standardDeviation: 0.3081 }),
    ...stage(1, 24, 5),
    ...stage(2, 32, 3),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: wide(256), activation: 'relu', name: 'fc1' }),
    layers.dense({ units: classes, name: 'fc2' }),
  ]);
}
