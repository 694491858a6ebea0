// GoogLeNet, Szegedy et al. 2014: https://arxiv.org/abs/1409.4842
//
//   64@7×7/2 · maximum · 64@1×1 · 192@3×3 · maximum · modules 3a 3b · maximum · 4a … 4e · maximum · 5a 5b · average · classes
import { zeros } from '../initializers/constant.js';
import { truncatedNormal } from '../initializers/normal.js';
import * as layers from '../layers/index.js';
import { softmaxCrossEntropy } from '../losses/softmax_cross_entropy.js';
import { graph } from '../models/graph.js';
import type { Model } from '../models/model.js';
import { input } from '../models/node.js';
import { add, multiply } from '../ops/index.js';
import { checkChoice, checkNumber } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { convolution, type InceptionStyle, inception } from './inception.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Options of `googlenet`. */
export interface GooglenetOptions extends NetworkOptions {
  /**
   * `'paper'` (default) has biases, response normalisation and a 5×5 branch; `'torchvision'` batch norm without biases, 3×3 in the
   * place of 5×5, and a maximum of 2×2 before module 5a.
   */
  readonly variant?: 'paper' | 'torchvision';
  /** Probability that a feature is dropped before the classifier, default 0.4, torchvision's 0.2. */
  readonly dropout?: number;
}

const variants = ['paper', 'torchvision'] as const;

function planGooglenet(subject: string, options: GooglenetOptions, own: readonly string[] = []) {
  const defaults = { classes: 1000, inputShape: [224, 224, 3] };
  const plan = planNetwork(subject, options, defaults, ['variant', 'dropout', ...own]);
  const { classes, wide } = plan;
  const { variant = 'paper', dropout = variant === 'paper' ? 0.4 : 0.2 } = options;
  checkChoice(subject, 'variant', variant, variants);
  checkNumber(subject, 'dropout', dropout, 0, 1);
  const paper = variant === 'paper';
  const style: InceptionStyle = { batchNorm: !paper, largeKernel: paper ? 5 : 3, wide };
  const pool = (index: number, poolSize = 3): layers.Layer =>
    layers.maxPool2d({ poolSize, strides: 2, ceilMode: true, name: `maxpool${index}` });
  const norm = (index: number): layers.Layer[] => (paper ? [layers.localResponseNorm({ name: `norm${index}` })] : []);
  const classifier = (name: string): layers.Layer =>
    layers.dense({
      units: classes,
      name,
      ...(paper ? { biasInitializer: zeros } : { weightsInitializer: truncatedNormal(0.01) }),
    });
  return {
    ...plan,
    style,
    classifier,
    /** Up to module 4a, after which the first classifier on the side stands. */
    start: [
      convolution(64, 7, style, { strides: 2, name: 'conv1' }),
      pool(1),
      ...norm(1),
      convolution(64, 1, style, { name: 'conv2' }),
      convolution(192, 3, style, { name: 'conv3' }),
      ...norm(2),
      pool(2),
      inception('3a', style),
      inception('3b', style),
      pool(3),
      inception('4a', style),
    ],
    /** Up to module 4d, after which the second stands. */
    middle: [inception('4b', style), inception('4c', style), inception('4d', style)],
    end: [
      inception('4e', style),
      pool(4, paper ? 3 : 2),
      inception('5a', style),
      inception('5b', style),
      layers.globalAveragePool2d({ name: 'avgpool' }),
      layers.dropout({ rate: dropout, name: 'dropout' }),
      classifier('fc'),
    ],
  };
}

/**
 * GoogLeNet as published, or as torchvision has it, without the classifiers on the side.
 *
 * As published it has 6,998,552 parameters at [224, 224, 3], the default; torchvision's 6,624,904. Names are torchvision's:
 * `io.loadTorchWeights` reads its file, whose weights want pixels from −1 to 1.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.googlenet({ variant: 'torchvision' });
 * await io.loadTorchWeights(model, 'googlenet.safetensors', { ignore: ['aux1.', 'aux2.'] });
 */
export function googlenet(options: GooglenetOptions = {}): Model {
  const { start, middle, end, build } = planGooglenet('googlenet', options);
  return build([...start, ...middle, ...end]);
}

/** Options of `googlenetWithAuxiliary`. */
export interface GooglenetAuxiliaryOptions extends GooglenetOptions {
  /** Probability that a hidden unit of a classifier on the side is dropped, default 0.7. */
  readonly auxiliaryDropout?: number;
}

/** Logits, or shapes, of the three classifiers. */
export type GooglenetHeads<T> = {
  readonly main: T;
  readonly auxiliary1: T;
  readonly auxiliary2: T;
};

/**
 * GoogLeNet with the classifiers on the side that help to train it, after modules 4a and 4d.
 *
 * As published it has 13,378,280 parameters at [224, 224, 3], the default; torchvision's 13,004,888. Afterwards `select('main')`
 * is the network without them.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.googlenetWithAuxiliary({ classes: 100 });
 * await model.fit(train, { loss: zoo.googlenetLoss, optimizer: optimizers.sgd({ learningRate: 0.01 }), epochs: 60 });
 * const logits = model.select('main').forward(images);
 */
export function googlenetWithAuxiliary(options: GooglenetAuxiliaryOptions = {}): Model<Shape, GooglenetHeads<Shape>> {
  const subject = 'googlenetWithAuxiliary';
  const { variant = 'paper', auxiliaryDropout = 0.7, seed = 0, dtype = 'float32' } = options;
  const plan = planGooglenet(subject, options, ['auxiliaryDropout']);
  checkNumber(subject, 'auxiliaryDropout', auxiliaryDropout, 0, 1);
  const side = (index: number): layers.Layer =>
    layers.sequential(
      [
        variant === 'paper'
          ? layers.averagePool2d({ poolSize: 5, strides: 3, name: 'pool' })
          : layers.adaptiveAveragePool2d({ outputSize: 4, name: 'pool' }),
        convolution(128, 1, plan.style, { name: 'conv' }),
        layers.flatten({ name: 'flatten' }),
        layers.dense({ units: plan.wide(1024), activation: 'relu', name: 'fc1' }),
        layers.dropout({ rate: auxiliaryDropout, name: 'dropout' }),
        plan.classifier('fc2'),
      ],
      { name: `aux${index}` },
    );
  const image = input(plan.inputShape as Shape);
  const after4a = image.pipe(...plan.start);
  const after4d = after4a.pipe(...plan.middle);
  const outputs = {
    main: after4d.pipe(...plan.end),
    auxiliary1: after4a.pipe(side(1)),
    auxiliary2: after4d.pipe(side(2)),
  };
  return graph({ inputs: image, outputs, seed, dtype });
}

/**
 * The loss of GoogLeNet's three classifiers: the cross-entropy of the main one, and 0.3 of that of each on the side.
 *
 * @param outputs logits [batch, classes] of each, what `googlenetWithAuxiliary` puts out
 * @param labels int32 [batch]
 * @returns a scalar
 */
export function googlenetLoss({ main, auxiliary1, auxiliary2 }: GooglenetHeads<Tensor>, labels: Tensor): Tensor {
  const sides = add(softmaxCrossEntropy(auxiliary1, labels), softmaxCrossEntropy(auxiliary2, labels));
  return add(softmaxCrossEntropy(main, labels), multiply(sides, tensor(0.3, [], main.dtype)));
}
