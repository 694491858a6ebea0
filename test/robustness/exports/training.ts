// A good call of every loss, metric, optimizer, schedule and initializer, with every option it takes.
import { initializers, losses, metrics, ones, optimizers, Parameter } from '../../../lib/index.js';
import type { Arguments } from './mutations.js';

type Calls = Readonly<Record<string, () => Arguments>>;

const labels = () => ones([2], 'int32');
const logits = () => ones([2, 3]);
const pair = () => ({ output: logits(), target: logits() });
const labelled = () => ({ output: logits(), target: labels() });
const heads = { digits: 1, classes: 2, lengths: 3 };
const sequences = () => ({ output: ones([2, 5]), target: ones([2, 2], 'int32') });

export const lossCalls: Calls = {
  binaryCrossEntropy: () => ({ ...pair(), options: { positiveWeight: 2 } }),
  decodeDigitSequence: () => ({ output: ones([2, 5]), options: heads }),
  digitSequence: () => ({ ...sequences(), options: heads }),
  focal: () => ({ ...pair(), options: { gamma: 2, alpha: 0.25 } }),
  hinge: () => ({ ...pair(), options: { squared: true } }),
  huber: () => ({ ...pair(), options: { delta: 1 } }),
  klDivergence: pair,
  meanAbsoluteError: pair,
  multiMargin: () => ({ ...labelled(), options: { margin: 1, p: 2, classWeights: ones([3]) } }),
  meanSquaredError: pair,
  softmaxCrossEntropy: () => ({
    ...labelled(),
    options: { labelSmoothing: 0.1, classWeights: ones([3]), sampleWeights: ones([2]), ignoreIndex: 2 },
  }),
  weighted: () => ({ terms: { main: losses.softmaxCrossEntropy, side: [losses.softmaxCrossEntropy, 0.3] } }),
};

/** `output` and `target` are measured; what comes before them makes the metric. */
export const metricCalls: Calls = {
  accuracy: labelled,
  auc: () => ({ output: ones([2]), target: labels() }),
  confusionMatrix: labelled,
  coverageAtAccuracy: () => ({ options: { accuracy: 0.9, sequence: heads }, ...sequences() }),
  f1: () => ({ options: { average: 'micro' }, ...labelled() }),
  of: () => ({
    head: 'length',
    metric: metrics.accuracy(),
    output: { length: logits() },
    target: { length: labels() },
  }),
  precision: () => ({ options: { average: 'micro' }, ...labelled() }),
  recall: () => ({ options: { classIndex: 1 }, ...labelled() }),
  sequenceAccuracy: () => ({ options: heads, ...sequences() }),
  topKAccuracy: () => ({ k: 2, ...labelled() }),
};

const plain = () => optimizers.sgd({ learningRate: 1 });
const adaptive = { learningRate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 };
const every = () => true;
const updated = () => ({ parameters: [new Parameter('w', [2, 2])], gradients: [ones([2, 2])] });

/** One step is made with `parameters` and `gradients`; what comes before them makes the optimizer. */
export const optimizerCalls: Calls = {
  adadelta: () => ({ options: { learningRate: 1, rho: 0.9, epsilon: 1e-6, weightDecay: 0.1 }, ...updated() }),
  adagrad: () => ({
    options: { learningRate: 1, rateDecay: 0.1, initialSum: 0.1, epsilon: 1e-6, weightDecay: 0.1 },
    ...updated(),
  }),
  adam: () => ({ options: { ...adaptive, epsilonConvention: 'keras' }, ...updated() }),
  adamW: () => ({ options: { ...adaptive, epsilonConvention: 'keras' }, ...updated() }),
  averaged: () => ({ optimizer: plain(), options: { decay: 0.9 }, ...updated() }),
  clipped: () => ({ optimizer: plain(), options: { globalNorm: 1, value: 1 }, ...updated() }),
  groups: () => ({ groups: [{ parameters: every, optimizer: plain() }], ...updated() }),
  lamb: () => ({ options: adaptive, ...updated() }),
  lars: () => ({
    options: { learningRate: 1, momentum: 0.9, weightDecay: 0.1, trustCoefficient: 0.1 },
    ...updated(),
  }),
  lookahead: () => ({ optimizer: plain(), options: { every: 5, rate: 0.5 }, ...updated() }),
  maxNorm: () => ({ optimizer: plain(), options: { limit: 3, parameters: every }, ...updated() }),
  muon: () => ({
    options: { learningRate: 1, momentum: 0.9, nesterov: true, weightDecay: 0.1, iterations: 5 },
    ...updated(),
  }),
  rmsprop: () => ({
    options: { learningRate: 1, rho: 0.9, epsilon: 1e-6, momentum: 0.9, centered: true, weightDecay: 0.1 },
    ...updated(),
  }),
  sgd: () => ({
    options: {
      learningRate: 1,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 0.1,
      decoupled: true,
      momentumConvention: 'keras',
    },
    ...updated(),
  }),
};

const falling = (options: object) => () => ({ options: { learningRate: 1, ...options } });

export const scheduleCalls: Calls = {
  constant: () => ({ learningRate: 1 }),
  cosine: falling({ totalSteps: 10, minimum: 0.1, warmupSteps: 2 }),
  cosineRestarts: falling({ firstPeriod: 5, growth: 2, minimum: 0.1 }),
  exponential: falling({ factor: 0.5, every: 2 }),
  inverse: falling({ factor: 0.5, power: 2 }),
  multiStep: falling({ milestones: [1, 2], factor: 0.5 }),
  oneCycle: () => ({
    options: { maxLearningRate: 1, totalSteps: 10, pctStart: 0.3, divFactor: 25, finalDivFactor: 100 },
  }),
  plateau: falling({
    score: () => 0,
    better: 'lower',
    factor: 0.5,
    patience: 2,
    threshold: 0.1,
    cooldown: 1,
    minimum: 0.1,
  }),
  polynomial: falling({ totalSteps: 10, power: 2, minimum: 0.1 }),
  stepDecay: falling({ every: 2, factor: 0.5 }),
  warmup: () => ({ after: 1, options: { steps: 3, startFactor: 0.1 } }),
};

/** A layer takes the initializer. The factory in its place is a common slip. */
const built = (factory: () => object) => () => ({
  initializer: Object.assign(factory(), { factory }),
  weights: [2, 3],
});
const i = initializers;

export const initializerCalls: Calls = {
  constant: () => ({ value: 1 }),
  dirac: () => ({ groups: 1, weights: [3, 3, 2, 2] }),
  fans: () => ({ shape: [2, 3] }),
  glorotNormal: built(i.glorotNormal),
  glorotTruncatedNormal: built(i.glorotTruncatedNormal),
  glorotUniform: built(i.glorotUniform),
  heNormal: () => ({ mode: 'fanOut', weights: [2, 3] }),
  heTruncatedNormal: built(i.heTruncatedNormal),
  heUniform: () => ({ mode: 'fanOut', weights: [2, 3] }),
  kaimingUniform: () => ({ a: 1, weights: [2, 3] }),
  lecunTruncatedNormal: built(i.lecunTruncatedNormal),
  lecunUniform: built(i.lecunUniform),
  normal: () => ({ standardDeviation: 1, mean: 0 }),
  truncatedNormal: () => ({ standardDeviation: 1, mean: 0 }),
  uniform: () => ({ low: 0, high: 1 }),
  varianceScaling: () => ({
    options: { scale: 1, mode: 'fanAverage', distribution: 'uniform' },
    weights: [2, 3],
  }),
  whitening: () => ({
    images: { data: Array.from({ length: 32 }, (_, at) => Math.sin(at * at)), shape: [2, 4, 4, 1] },
    options: { epsilon: 1e-3 },
    weights: [2, 2, 1, 8],
  }),
};
