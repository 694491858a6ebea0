// AlexNet without towers, Krizhevsky 2014, "One weird trick": https://arxiv.org/abs/1404.5997
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { type NetworkOptions, planNetwork } from './network.js';

/**
 * The AlexNet that torchvision has: one tower, fewer filters, no response normalisation.
 *
 * 61,100,840 parameters at [224, 224, 3], the default. Names are torchvision's: `io.loadTorchWeights` reads its file.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.alexnetOneTower();
 * await io.loadTorchWeights(model, 'alexnet.safetensors');
 */
export function alexnetOneTower(options: NetworkOptions = {}): Model {
  const { classes, wide, build } = planNetwork('alexnetOneTower', options, {
    classes: 1000,
    inputShape: [224, 224, 3],
  });
  const conv = (filters: number, kernelSize: number, padding: number, strides = 1): layers.Layer[] => [
    layers.conv2d({ filters: wide(filters), kernelSize, strides, padding }),
    layers.activation('relu'),
  ];
  const pool = (): layers.Layer => layers.maxPool2d({ poolSize: 3, strides: 2 });
  const hidden = (): layers.Layer[] => [
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: wide(4096) }),
    layers.activation('relu'),
  ];
  const features = [
    ...conv(64, 11, 2, 4),
    pool(),
    ...conv(192, 5, 2),
    pool(),
    ...conv(384, 3, 1),
    ...conv(256, 3, 1),
    ...conv(256, 3, 1),
    pool(),
  ];
  return build([
    layers.sequential(features, { name: 'features' }),
    layers.adaptiveAveragePool2d({ outputSize: 6, name: 'avgpool' }),
    layers.flatten({ name: 'flatten' }),
    layers.sequential([...hidden(), ...hidden(), layers.dense({ units: classes })], { name: 'classifier' }),
  ]);
}
