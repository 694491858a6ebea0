// GoogLeNet (Szegedy et al. 2014, arXiv 1409.4842) as published and as torchvision has it, from public layers only.
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';

type Layer = layers.Layer;
type Conv = (filters: number, kernelSize: number, strides?: number) => Layer[];

const biased: Conv = (filters, kernelSize, strides = 1) => [
  layers.conv2d({ filters, kernelSize, strides, padding: (kernelSize - 1) / 2, activation: 'relu' }),
];
const normed: Conv = (filters, kernelSize, strides = 1) => [
  layers.conv2d({ filters, kernelSize, strides, padding: (kernelSize - 1) / 2, bias: false }),
  layers.batchNorm(),
  layers.activation('relu'),
];
const pool = (poolSize: number, strides: number, padding = 0): Layer =>
  layers.maxPool2d({ poolSize, strides, padding, ceilMode: true });

// 1x1, 3x3 reduced, 3x3, 5x5 reduced, 5x5, pool projection
const modules = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
} as const;

export type ModuleName = keyof typeof modules;

function inception(conv: Conv, large: number, name: ModuleName): Layer {
  const [one, r3, three, r5, five, projection] = modules[name];
  const branches = [
    conv(one, 1),
    [...conv(r3, 1), ...conv(three, 3)],
    [...conv(r5, 1), ...conv(five, large)],
    [pool(3, 1, 1), ...conv(projection, 1)],
  ];
  return layers.parallel(branches.map((branch) => layers.sequential(branch)));
}

function network(conv: Conv, large: number, last: Layer) {
  const between = (...names: ModuleName[]): Layer[] => names.map((name) => inception(conv, large, name));
  return sequential({
    inputShape: [224, 224, 3],
    layers: [
      ...conv(64, 7, 2),
      pool(3, 2),
      ...conv(64, 1),
      ...conv(192, 3),
      pool(3, 2),
      ...between('3a', '3b'),
      pool(3, 2),
      ...between('4a', '4b', '4c', '4d', '4e'),
      last,
      ...between('5a', '5b'),
      layers.globalAveragePool2d(),
      layers.dropout({ rate: 0.4 }),
      layers.dense({ units: 1000 }),
    ],
  });
}

/** The classifier on the side that training adds after modules 4a and 4d. */
function side(conv: Conv, channels: number) {
  return sequential({
    inputShape: [14, 14, channels],
    layers: [
      layers.averagePool2d({ poolSize: 5, strides: 3 }),
      ...conv(128, 1),
      layers.flatten(),
      layers.dense({ units: 1024, activation: 'relu' }),
      layers.dropout({ rate: 0.7 }),
      layers.dense({ units: 1000 }),
    ],
  });
}

/** One module, as published. */
export const inceptionModule = (name: ModuleName, channels: number, extent: number) =>
  sequential({ inputShape: [extent, extent, channels], layers: [inception(biased, 5, name)] });

/** As published, with the two classifiers on the side. */
export const googlenet = () => ({
  main: network(biased, 5, pool(3, 2)),
  sides: [side(biased, 512), side(biased, 528)],
});

/** torchvision's: batch norm, no biases in convolutions, 3x3 in the place of 5x5, and a pooling of 2x2 after 4e. */
export const googlenetNormed = () => ({
  main: network(normed, 3, pool(2, 2)),
  sides: [side(normed, 512), side(normed, 528)],
});
