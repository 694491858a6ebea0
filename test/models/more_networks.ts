// Published networks beyond networks.ts, and variants of those, built from public layers only.

import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { pad } from '../../lib/ops/index.js';
import type { Shape } from '../../lib/tensor/shape.js';
import type { Tensor } from '../../lib/tensor/tensor.js';

type Layer = layers.Layer;

const conv = (filters: number, kernelSize: number, strides = 1, padding = 0): Layer =>
  layers.conv2d({ filters, kernelSize, strides, padding, activation: 'relu' });
const pool = (poolSize: number, strides = poolSize, padding = 0, ceilMode = false): Layer =>
  layers.maxPool2d({ poolSize, strides, padding, ceilMode });
const relu = (): Layer => layers.activation('relu');
const normed = (filters: number, kernelSize: number, strides = 1): Layer[] => [
  layers.conv2d({ filters, kernelSize, strides, padding: (kernelSize - 1) / 2, bias: false }),
  layers.batchNorm(),
];
const classifier = (...units: number[]): Layer[] => [
  layers.flatten(),
  ...units.flatMap((n, index) =>
    index < units.length - 1
      ? [layers.dense({ units: n, activation: 'relu' }), layers.dropout({ rate: 0.5 })]
      : [layers.dense({ units: n })],
  ),
];
const imagenet = (...parts: Layer[]) => sequential({ inputShape: [224, 224, 3], layers: parts });

/** VGG with batch norm after each convolution (which keeps its bias), as in torchvision. */
export const vggNormed = (...repeats: number[]) =>
  imagenet(
    ...repeats.flatMap((count, block) => [
      ...Array.from({ length: count }, () => [
        layers.conv2d({ filters: Math.min(64 << block, 512), kernelSize: 3, padding: 1 }),
        layers.batchNorm(),
        relu(),
      ]).flat(),
      pool(2),
    ]),
    ...classifier(4096, 4096, 1000),
  );

/** VGG-16 C: the third convolution of the last three blocks is 1x1. */
export const vgg16C = () =>
  imagenet(
    ...[64, 128].flatMap((filters) => [conv(filters, 3, 1, 1), conv(filters, 3, 1, 1), pool(2)]),
    ...[256, 512, 512].flatMap((filters) => [
      conv(filters, 3, 1, 1),
      conv(filters, 3, 1, 1),
      conv(filters, 1),
      pool(2),
    ]),
    ...classifier(4096, 4096, 1000),
  );

/** AlexNet without the two towers, with its response normalisation. */
export const alexnetWithoutGroups = () =>
  sequential({
    inputShape: [227, 227, 3],
    layers: [
      conv(96, 11, 4),
      layers.localResponseNorm(),
      pool(3, 2),
      conv(256, 5, 1, 2),
      layers.localResponseNorm(),
      pool(3, 2),
      ...[384, 384, 256].map((filters) => conv(filters, 3, 1, 1)),
      pool(3, 2),
      ...classifier(4096, 4096, 1000),
    ],
  });

/** torchvision's AlexNet: Krizhevsky 2014 (arXiv 1404.5997). */
export const alexnetOneTower = () =>
  imagenet(
    conv(64, 11, 4, 2),
    pool(3, 2),
    conv(192, 5, 1, 2),
    pool(3, 2),
    ...[384, 256, 256].map((filters) => conv(filters, 3, 1, 1)),
    pool(3, 2),
    layers.adaptiveAveragePool2d({ outputSize: 6 }),
    ...classifier(4096, 4096, 1000),
  );

/** Zeiler & Fergus 2013 (arXiv 1311.2901), without contrast normalisation (which has no parameters). */
export const zfnet = () =>
  imagenet(
    conv(96, 7, 2, 1),
    pool(3, 2, 1),
    conv(256, 5, 2),
    pool(3, 2, 1),
    ...[384, 384, 256].map((filters) => conv(filters, 3, 1, 1)),
    pool(3, 2),
    ...classifier(4096, 4096, 1000),
  );

/** Caffe's LeNet. */
export const caffeLenet = () =>
  sequential({
    inputShape: [28, 28, 1],
    layers: [
      layers.conv2d({ filters: 20, kernelSize: 5 }),
      pool(2),
      layers.conv2d({ filters: 50, kernelSize: 5 }),
      pool(2),
      layers.flatten(),
      layers.dense({ units: 500, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
  });

/** What the maps of LeNet-5's C3 see: LeCun et al. 1998, table I. */
const connections = '012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345'
  .split(' ')
  .map((maps) => [...maps].map(Number));

/** LeNet-5 as published: trained subsampling, a partly connected C3, radial basis outputs on fixed codes. */
export const classicLenet5 = () =>
  sequential({
    inputShape: [32, 32, 1],
    layers: [
      layers.conv2d({ filters: 6, kernelSize: 5 }),
      layers.subsampling2d({ poolSize: 2 }),
      layers.activation('scaledTanh'),
      layers.maskedConv2d({ connections, kernelSize: 5 }),
      layers.subsampling2d({ poolSize: 2 }),
      layers.activation('scaledTanh'),
      layers.conv2d({ filters: 120, kernelSize: 5 }),
      layers.flatten(),
      layers.dense({ units: 84, activation: 'scaledTanh' }),
      layers.radialBasis({ units: 10 }),
    ],
  });

/** Zeros in further channels: the shortcut of residual networks without parameters. */
class PadChannels extends layers.Layer {
  readonly #channels: number;

  constructor(channels: number) {
    super('padChannels', {});
    this.#channels = channels;
  }

  override outputShape([height = 0, width = 0]: Shape): Shape {
    return [height, width, this.#channels];
  }

  override forward(x: Tensor): Tensor {
    return pad(x, [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, this.#channels - (x.shape[3] as number)],
    ]);
  }
}

type Shortcut = 'A' | 'B';

function basicBlock(filters: number, strides: number, changes: boolean, shortcut: Shortcut): Layer[] {
  const around = {
    A: () => [pool(1, strides), new PadChannels(filters)],
    B: () => normed(filters, 1, strides),
  };
  const body = [...normed(filters, 3, strides), relu(), ...normed(filters, 3)];
  return [layers.residual(body, { shortcut: changes ? around[shortcut]() : [] }), relu()];
}

function basicStages(widths: readonly number[], repeats: readonly number[], shortcut: Shortcut): Layer[] {
  return widths.flatMap((filters, stage) =>
    Array.from({ length: repeats[stage] as number }, (_, index) => {
      const first = stage > 0 && index === 0;
      return basicBlock(filters, first ? 2 : 1, first, shortcut);
    }).flat(),
  );
}

/** ResNet for CIFAR-10 with 6n + 2 layers. */
export const cifarResnet = (n: number, shortcut: Shortcut) =>
  sequential({
    inputShape: [32, 32, 3],
    layers: [
      ...normed(16, 3),
      relu(),
      ...basicStages([16, 32, 64], [n, n, n], shortcut),
      layers.globalAveragePool2d(),
      layers.dense({ units: 10 }),
    ],
  });

/** ResNet-18 or 34 with shortcuts that have no parameters. */
export const resnetWithoutProjections = (...repeats: number[]) =>
  imagenet(
    ...normed(64, 7, 2),
    relu(),
    pool(3, 2, 1),
    ...basicStages([64, 128, 256, 512], repeats, 'A'),
    layers.globalAveragePool2d(),
    layers.dense({ units: 1000 }),
  );

/** Kim 2014 (arXiv 1408.5882) for sentences of 56 words with 4 paddings at each end; index 0 is the padding. */
export const kim = () =>
  sequential({
    inputShape: [64],
    layers: [
      layers.embedding({ vocabulary: 18_765 + 1, size: 300, paddingIndex: 0 }),
      layers.parallel(
        [3, 4, 5].map((kernelSize) =>
          layers.sequential([layers.conv1d({ filters: 100, kernelSize, activation: 'relu' }), layers.maxOverTime()]),
        ),
      ),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 2 }),
    ],
  });

/** Goodfellow et al. 2013 (arXiv 1312.6082): maxout, seven rectified layers, one locally connected, two dense, six heads. */
export const streetNumbers = (widths: readonly number[], hidden: number) =>
  sequential({
    inputShape: [54, 54, 3],
    layers: [
      ...widths.flatMap((filters, index) => [
        ...(index === 0
          ? [layers.conv2d({ filters: 3 * filters, kernelSize: 5, padding: 2 }), layers.maxout({ pieces: 3 })]
          : [conv(filters, 5, 1, 2)]),
        layers.maxPool2d({ poolSize: 2, strides: 2 - (index % 2), padding: 'same' }),
        layers.subtractiveNorm(),
      ]),
      layers.locallyConnected2d({
        filters: widths.at(-1) as number,
        kernelSize: 5,
        padding: 'same',
        activation: 'relu',
      }),
      layers.flatten(),
      layers.dense({ units: hidden, activation: 'relu' }),
      layers.dense({ units: hidden, activation: 'relu' }),
      layers.parallel([7, 10, 10, 10, 10, 10].map((units) => layers.dense({ units }))),
    ],
  });
