// Published networks, built from public layers only, for the tests of counts and receptive fields.

import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';

const conv = (filters: number, kernelSize: number, strides = 1, padding = 0, groups = 1): Layer =>
  layers.conv2d({ filters, kernelSize, strides, padding, groups, activation: 'relu' });
const pool = (poolSize: number, strides = poolSize, padding = 0): Layer =>
  layers.maxPool2d({ poolSize, strides, padding });
const head = (...units: number[]): Layer[] => [
  layers.flatten(),
  ...units.map((n, index) => layers.dense({ units: n, activation: index < units.length - 1 ? 'relu' : 'none' })),
];

/** LeNet-5 with full C3 and plain pooling. */
export const lenet5 = () =>
  sequential({
    inputShape: [32, 32, 1],
    layers: [
      conv(6, 5),
      layers.averagePool2d({ poolSize: 2 }),
      conv(16, 5),
      layers.averagePool2d({ poolSize: 2 }),
      conv(120, 5),
      ...head(84, 10),
    ],
  });

/** VGG by the convolutions of its five blocks; B, D and E of Simonyan & Zisserman 2014 have uniform blocks. */
export const vgg = (...repeats: number[]) =>
  sequential({
    inputShape: [224, 224, 3],
    layers: [
      ...repeats.flatMap((count, block) => [
        ...Array.from({ length: count }, () => conv(Math.min(64 << block, 512), 3, 1, 1)),
        pool(2),
      ]),
      ...head(4096, 4096, 1000),
    ],
  });

/** AlexNet with its two towers as groups, without response normalisation (which has no parameters). */
export const alexnet = () =>
  sequential({
    inputShape: [227, 227, 3],
    layers: [
      conv(96, 11, 4),
      pool(3, 2),
      conv(256, 5, 1, 2, 2),
      pool(3, 2),
      conv(384, 3, 1, 1),
      conv(384, 3, 1, 1, 2),
      conv(256, 3, 1, 1, 2),
      pool(3, 2),
      ...head(4096, 4096, 1000),
    ],
  });

const normed = (filters: number, kernelSize: number, strides: number): Layer[] => [
  layers.conv2d({ filters, kernelSize, strides, padding: (kernelSize - 1) / 2, bias: false }),
  layers.batchNorm(),
];

function block(body: Layer[], filters: number, strides: number, project: boolean): Layer[] {
  const shortcut = project ? normed(filters, 1, strides) : [];
  return [layers.residual(body, { shortcut }), layers.activation('relu')];
}

const relu = () => layers.activation('relu');

/** ResNet for ImageNet with basic blocks (18, 34) or bottlenecks striding in the 3x3 (50, 101, 152: v1.5). */
export function resnet(repeats: readonly number[], bottleneck: boolean) {
  let channels = 64;
  const stages = repeats.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => {
      const width = 64 << stage;
      const strides = stage > 0 && index === 0 ? 2 : 1;
      const filters = bottleneck ? 4 * width : width;
      const body = bottleneck
        ? [...normed(width, 1, 1), relu(), ...normed(width, 3, strides), relu(), ...normed(filters, 1, 1)]
        : [...normed(width, 3, strides), relu(), ...normed(width, 3, 1)];
      const project = strides > 1 || channels !== filters;
      channels = filters;
      return block(body, filters, strides, project);
    }).flat(),
  );
  return sequential({
    inputShape: [224, 224, 3],
    layers: [
      ...normed(64, 7, 2),
      relu(),
      pool(3, 2, 1),
      ...stages,
      layers.globalAveragePool2d(),
      layers.dense({ units: 1000 }),
    ],
  });
}

/** One Inception module: 1x1; 1x1 to 3x3; 1x1 to 5x5; pool to 1x1. */
export const inception = (
  one: number,
  r3: number,
  three: number,
  r5: number,
  five: number,
  projection: number,
): Layer =>
  layers.parallel([
    conv(one, 1),
    layers.sequential([conv(r3, 1), conv(three, 3, 1, 1)]),
    layers.sequential([conv(r5, 1), conv(five, 5, 1, 2)]),
    layers.sequential([pool(3, 1, 1), conv(projection, 1)]),
  ]);
