// VGG, Simonyan & Zisserman 2014: https://arxiv.org/abs/1409.1556
//
//   blocks of 3×3 convolutions with 64, 128, 256, 512 and 512 filters, a maximum of 2×2 after each block, then 4096, 4096, classes
import { zeros } from '../initializers/constant.js';
import { heNormal } from '../initializers/he.js';
import { normal } from '../initializers/normal.js';
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { denseToConv } from '../ops/dense_to_conv.js';
import { checkBoolean, checkChoice, checkInteger, checkNumber } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { sameShape } from '../tensor/shape.js';
import { type NetworkOptions, type NetworkPlan, planNetwork } from './network.js';

/** The kernels of each block's convolutions. */
const blocks = {
  '11': '3 3 33 33 33',
  '13': '33 33 33 33 33',
  '16': '33 33 333 333 333',
  '16C': '33 33 331 331 331',
  '19': '33 33 3333 3333 3333',
} as const;

/** Options of `vgg`. */
export interface VggOptions extends NetworkOptions {
  /** Layers with weights: the paper's networks A, B, D and E, and `'16C'`, default 19. */
  readonly depth?: 11 | 13 | 16 | 19 | '16C';
  /** Whether batch norm follows each convolution, which keeps its bias; default false. */
  readonly batchNorm?: boolean;
  /** Units of the two hidden dense layers, default 4096 times the width. */
  readonly hidden?: number;
  /** Height and width to which the last maps are averaged before the dense layers, default 7; 1 suits images of 32×32. */
  readonly pooledSize?: number;
  /** Probability that a hidden unit is dropped, default 0.5. */
  readonly dropout?: number;
}

interface VggPlan extends NetworkPlan {
  readonly features: layers.Layer;
  readonly hidden: number;
  readonly pooledSize: number;
  readonly dropout: number;
}

function planVgg(subject: string, options: VggOptions): VggPlan {
  const own = ['depth', 'batchNorm', 'hidden', 'pooledSize', 'dropout'];
  const plan = planNetwork(subject, options, { classes: 1000, inputShape: [224, 224, 3] }, own);
  const { depth = 19, batchNorm = false, hidden = plan.wide(4096), pooledSize = 7, dropout = 0.5 } = options;
  const name = String(depth);
  checkChoice(subject, 'depth', name, Object.keys(blocks) as (keyof typeof blocks)[]);
  checkBoolean(subject, 'batchNorm', batchNorm);
  checkInteger(subject, 'hidden', hidden);
  checkInteger(subject, 'pooledSize', pooledSize);
  checkNumber(subject, 'dropout', dropout, 0, 1);
  const features = blocks[name].split(' ').flatMap((kernels, block): layers.Layer[] => [
    ...Array.from(kernels, Number).flatMap((kernelSize) => [
      layers.conv2d({
        filters: plan.wide(Math.min(64 << block, 512)),
        kernelSize,
        padding: (kernelSize - 1) / 2,
        filterInitializer: heNormal('fanOut'),
        biasInitializer: zeros,
      }),
      ...(batchNorm ? [layers.batchNorm()] : []),
      layers.activation('relu'),
    ]),
    layers.maxPool2d({ poolSize: 2 }),
  ]);
  return { ...plan, features: layers.sequential(features, { name: 'features' }), hidden, pooledSize, dropout };
}

/**
 * VGG-11, 13, 16 or 19, with or without batch norm.
 *
 * VGG-19 has 143,667,240 parameters at [224, 224, 3], the default. Names are torchvision's (`'features.0.filter'` …
 * `'classifier.6.bias'`), and so are the initial weights; `io.loadTorchWeights` reads its files.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.vgg({ depth: 19 });
 * const cifar = zoo.vgg({ depth: 19, batchNorm: true, inputShape: [32, 32, 3], pooledSize: 1, hidden: 512, classes: 10 });
 */
export function vgg(options: VggOptions = {}): Model {
  const { features, inputShape, pooledSize, hidden, dropout, classes, build } = planVgg('vgg', options);
  const dense = (units: number): layers.Layer =>
    layers.dense({ units, weightsInitializer: normal(0.01), biasInitializer: zeros });
  const unit = (): layers.Layer[] => [dense(hidden), layers.activation('relu'), layers.dropout({ rate: dropout })];
  const pooled = sameShape(features.outputShape(inputShape).slice(0, 2), [pooledSize, pooledSize]);
  return build([
    features,
    ...(pooled ? [] : [layers.adaptiveAveragePool2d({ outputSize: pooledSize, name: 'avgpool' })]),
    layers.flatten({ name: 'flatten' }),
    layers.sequential([...unit(), ...unit(), dense(classes)], { name: 'classifier' }),
  ]);
}

/**
 * A VGG made fully convolutional, for images larger than those it was trained on: the first dense layer becomes a convolution as
 * large as the maps it saw, the others convolutions of 1×1, with the weights of `model`.
 *
 * Its output has a row of logits for each position, [rows, columns, classes]; on images of the trained size that is one, and
 * it is the model's own.
 *
 * @param model a network of `vgg`
 * @param options those the model was made with, but for `inputShape`: here, the size of the larger images
 * @throws ArgumentError when the model is no VGG of these options, or options are invalid; ShapeError for images that are too small
 * @example
 * const dense = zoo.vggFullyConvolutional(model, { depth: 16, inputShape: [384, 512, 3] }); // puts out [6, 10, 1000]
 */
export function vggFullyConvolutional(model: Model, options: VggOptions): Model {
  const { features, pooledSize, hidden, dropout, classes, build } = planVgg('vggFullyConvolutional', options);
  const conv = (filters: number, kernelSize: number): layers.Layer => layers.conv2d({ filters, kernelSize });
  const tail = (): layers.Layer[] => [layers.activation('relu'), layers.dropout({ rate: dropout })];
  const classifier = [conv(hidden, pooledSize), ...tail(), conv(hidden, 1), ...tail(), conv(classes, 1)];
  const converted = build([features, layers.sequential(classifier, { name: 'classifier' })]);
  const source = model.namedParameters();
  for (const [path, parameter] of converted.namedParameters()) {
    const same = source.get(path);
    const weights = same ?? source.get(path.replace(/filter$/, 'weights'));
    if (!weights)
      throw new ArgumentError(
        `vggFullyConvolutional: the model has no parameter '${path}'; is it a VGG of these options?`,
      );
    parameter.assign(same ?? denseToConv(weights, parameter.shape.slice(0, 3)));
  }
  return converted;
}
