// LeNet-5, LeCun, Bottou, Bengio & Haffner 1998: http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf
//
//   C1 6@5×5   S2 2×2   C3 16@5×5   S4 2×2   C5 120@5×5   F6 84   10 outputs
import type { Initializer } from '../initializers/initializer.js';
import * as layers from '../layers/index.js';
import { softmaxCrossEntropy } from '../losses/index.js';
import type { Model } from '../models/model.js';
import { concat, negate } from '../ops/index.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Padding } from '../tensor/padding.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { digitBitmaps } from './digit_bitmaps.js';
import { type NetworkOptions, planNetwork } from './network.js';

const published = { classes: 10, inputShape: [32, 32, 1] } as const;

/** What C1 adds around images smaller than 32×32, such as MNIST's, so that C5 sees 5×5 maps. */
function upTo32([height, width]: readonly [number, number, number]): Padding {
  const around = (extent: number): [number, number] => {
    const missing = Math.max(0, 32 - extent);
    return [Math.floor(missing / 2), Math.ceil(missing / 2)];
  };
  return { h: around(height), w: around(width) };
}

/**
 * LeNet-5 as it is built today: every map of C3 sees all of S2, maxima instead of trained subsampling, ReLU, and logits.
 *
 * 61,706 parameters at [32, 32, 1], the default; smaller images are padded with zeros to that size.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.lenet5({ inputShape: [28, 28, 1] });
 */
export function lenet5(options: NetworkOptions = {}): Model {
  const { classes, inputShape, wide, build } = planNetwork('lenet5', options, published);
  return build([
    layers.conv2d({
      filters: wide(6),
      kernelSize: 5,
      padding: upTo32(inputShape),
      activation: 'relu',
      name: 'C1',
    }),
    layers.maxPool2d({ poolSize: 2, name: 'S2' }),
    layers.conv2d({ filters: wide(16), kernelSize: 5, activation: 'relu', name: 'C3' }),
    layers.maxPool2d({ poolSize: 2, name: 'S4' }),
    layers.conv2d({ filters: wide(120), kernelSize: 5, activation: 'relu', name: 'C5' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: wide(84), activation: 'relu', name: 'F6' }),
    layers.dense({ units: classes, name: 'output' }),
  ]);
}

/** Which maps of S2 each map of C3 sees: table I of the paper. */
const connections = '012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345'
  .split(' ')
  .map((maps) => [...maps].map(Number));

const bitmaps: Initializer = (codes) => {
  codes.assign(tensor(digitBitmaps.flat(), codes.shape, codes.dtype));
};

/**
 * LeNet-5 of 1998: trained subsampling, a C3 whose maps see some of S2's each, 1.7159·tanh(2a/3) after every layer, and outputs
 * that are squared distances from F6 to pictures of the ten digits. The smallest wins; `lenet5ClassicLoss` trains it.
 *
 * 60,000 trained parameters. The paper scales pixels so that background is −0.1 and ink 1.175. Images smaller than 32×32 are
 * padded with zeros; where `classes` is not 10 the codes are random signs.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.lenet5Classic();
 * await model.fit(train, { loss: zoo.lenet5ClassicLoss, optimizer: optimizers.sgd({ learningRate: 0.01 }), epochs: 20 });
 */
export function lenet5Classic(options: Omit<NetworkOptions, 'width'> = {}): Model {
  checkOptions('lenet5Classic', options, ['classes', 'inputShape', 'seed', 'dtype']);
  const { classes, inputShape, build } = planNetwork('lenet5Classic', options, published);
  const squash = () => layers.activation('scaledTanh');
  return build([
    layers.conv2d({
      filters: 6,
      kernelSize: 5,
      padding: upTo32(inputShape),
      activation: 'scaledTanh',
      name: 'C1',
    }),
    layers.subsampling2d({ poolSize: 2, name: 'S2' }),
    squash(),
    layers.maskedConv2d({ connections, kernelSize: 5, activation: 'scaledTanh', name: 'C3' }),
    layers.subsampling2d({ poolSize: 2, name: 'S4' }),
    squash(),
    layers.conv2d({ filters: 120, kernelSize: 5, activation: 'scaledTanh', name: 'C5' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: 84, activation: 'scaledTanh', name: 'F6' }),
    layers.radialBasis({
      units: classes,
      ...(classes === digitBitmaps.length && { codesInitializer: bitmaps }),
      name: 'output',
    }),
  ]);
}

/** The paper's j: how far away from every code an input counts as no character at all; its value is not published. */
const rubbish = 10;

/**
 * The paper's loss (equation 9):  mean of y_label + ln(e^−j + Σᵢ e^−yᵢ), with j = 10. It pulls the label's distance down, and
 * pushes the others up while they are not far beyond j.
 *
 * @param distances [batch, classes], what `lenet5Classic` puts out
 * @param labels int32 [batch]
 * @returns a scalar
 */
export function lenet5ClassicLoss(distances: Tensor, labels: Tensor): Tensor {
  const batch = distances.shape[0] as number;
  const none = tensor(new Array<number>(batch).fill(-rubbish), [batch, 1], distances.dtype);
  return softmaxCrossEntropy(concat([negate(distances), none], { axis: -1 }), labels);
}
