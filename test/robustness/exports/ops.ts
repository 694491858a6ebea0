// A good call of every op, with every option it takes.
import { ones, ops, Parameter, Random } from '../../../lib/index.js';
import type { Arguments } from './mutations.js';

const x = () => ({ x: ones([2, 3]) });
const ab = () => ({ a: ones([2, 3]), b: ones([3]) });
const image = () => ones([1, 6, 6, 2]);
const sequence = () => ones([1, 6, 2]);
const labels = () => ones([2], 'int32');
const window = { strides: 1, padding: 1 };
const pool = { poolSize: 2, strides: 1, padding: 'same', ceilMode: false };
const epilogue = (filters: number) => ({ bias: ones([filters]), activation: 'relu' });
const filtered = (filter: readonly number[], options: object) => ({ x: image(), filter: ones(filter), options });
const reduction = () => ({ ...x(), options: { axes: 1, keepDims: true } });
const along = () => ({ ...x(), options: { axis: 1 } });
const affine = (channels: number) => ({ epsilon: 1e-5, gamma: ones([channels]), beta: ones([channels]) });
const drop = () => ({ x: image(), options: { rate: 0.5, random: new Random(1) } });
const fill = (options: object) => ({ shape: [2, 3], options: { ...options, random: new Random(1), dtype: 'float64' } });
const signals = (...extents: number[]) => ({ h: ones(extents), k: ones(extents.map(() => 2)), mode: 'same' });
const statistics = () => ({
  mean: new Parameter('mean', [2], { trainable: false }),
  variance: new Parameter('variance', [2], { trainable: false }),
});
const heads = { digits: 1, classes: 2, lengths: 3 };

/** By name, in the order of lib/ops/index.ts. */
export const opCalls: Readonly<Record<string, () => Arguments>> = {
  abs: x,
  adaptiveAveragePool1d: () => ({ x: sequence(), options: { outputSize: 2 } }),
  adaptiveAveragePool2d: () => ({ x: image(), options: { outputSize: 2 } }),
  adaptiveMaxPool1d: () => ({ x: sequence(), options: { outputSize: 2 } }),
  adaptiveMaxPool2d: () => ({ x: image(), options: { outputSize: 2 } }),
  add: ab,
  argMax: along,
  averagePool1d: () => ({ x: sequence(), options: { ...pool, countIncludePad: true } }),
  averagePool2d: () => ({ x: image(), options: { ...pool, countIncludePad: true } }),
  batchNorm: () => ({
    x: image(),
    gamma: ones([2]),
    beta: ones([2]),
    ...statistics(),
    options: { training: true, momentum: 0.1, epsilon: 1e-5, varianceConvention: 'keras', activation: 'relu' },
  }),
  broadcastTo: () => ({ x: ones([3]), shape: [2, 3] }),
  cast: () => ({ ...x(), dtype: 'bfloat16' }),
  clip: () => ({ ...x(), low: 0, high: 1 }),
  concat: () => ({ inputs: [ones([2, 3]), ones([2, 3])], options: { axis: 1 } }),
  confusionMatrix: () => ({ logits: ones([2, 3]), labels: labels() }),
  convToDense: () => ({
    filter: ones([3, 3, 1, 2]),
    image: [5, 5, 2],
    options: { ...window, dilations: 1, groups: 2, flip: true },
  }),
  conv1d: () => ({
    x: sequence(),
    filter: ones([3, 1, 4]),
    options: { ...window, ...epilogue(4), dilations: 1, groups: 2, flip: true },
  }),
  conv1dTranspose: () => ({
    x: sequence(),
    filter: ones([3, 2, 2]),
    options: { strides: 2, padding: 1, ...epilogue(4), dilations: 1, groups: 2, outputPadding: 1 },
  }),
  conv2d: () =>
    filtered([3, 3, 1, 4], { ...window, ...epilogue(4), dilations: 1, groups: 2, flip: true, algorithm: 'direct' }),
  conv2dTranspose: () =>
    filtered([3, 3, 2, 2], { strides: 2, padding: 1, ...epilogue(4), dilations: 1, groups: 2, outputPadding: 1 }),
  convolve1d: () => signals(5),
  convolve2d: () => signals(5, 4),
  crossCorrelate1d: () => signals(5),
  crossCorrelate2d: () => signals(5, 4),
  decodeDigitSequence: () => ({ logits: ones([2, 5]), options: heads }),
  denseToConv: () => ({ weights: ones([12, 5]), image: [2, 3, 2] }),
  depthwiseConv2d: () => filtered([3, 3, 2, 2], { ...window, ...epilogue(4), dilations: 1 }),
  digitSequenceLoss: () => ({ logits: ones([2, 5]), target: ones([2, 2], 'int32'), options: heads }),
  divide: ab,
  dropout: drop,
  elu: () => ({ ...x(), options: { alpha: 1 } }),
  embedding: () => ({ table: ones([4, 3]), indices: ones([2, 2], 'int32'), options: { paddingIndex: 1 } }),
  equal: ab,
  exp: x,
  flip: () => ({ ...x(), axes: [1] }),
  gather: () => ({ ...x(), indices: labels(), options: { axis: 1 } }),
  gelu: () => ({ ...x(), options: { approximate: 'tanh' } }),
  globalAveragePool1d: () => ({ x: sequence() }),
  globalAveragePool2d: () => ({ x: image() }),
  globalMaxPool2d: () => ({ x: image() }),
  greater: ab,
  greaterEqual: ab,
  groupNorm: () => ({ x: image(), options: { groups: 2, ...affine(2) } }),
  hardSigmoid: () => ({ ...x(), options: { slope: 0.2, offset: 0.5 } }),
  hardSwish: x,
  instanceNorm: () => ({ x: image(), options: affine(2) }),
  kMaxPool: () => ({ x: sequence(), options: { k: 2 } }),
  layerNorm: () => ({ x: image(), options: { axes: 1, ...affine(2) } }),
  leakyRelu: () => ({ ...x(), options: { negativeSlope: 0.1 } }),
  less: ab,
  lessEqual: ab,
  localResponseNorm: () => ({
    x: image(),
    options: { size: 3, alpha: 1, beta: 1, bias: 1, alphaConvention: 'divided' },
  }),
  locallyConnected2d: () => ({
    x: image(),
    filter: ones([4, 4, 3, 3, 2, 1]),
    options: { strides: 1, padding: 'valid', dilations: 1, bias: ones([4, 4, 1]) },
  }),
  log: x,
  logSoftmax: along,
  lpPool1d: () => ({ x: sequence(), options: { ...pool, p: 2 } }),
  lpPool2d: () => ({ x: image(), options: { ...pool, p: 2 } }),
  maskedConv2d: () => ({
    x: image(),
    filter: ones([3, 3, 2, 4]),
    mask: ones([2, 4]),
    options: { ...window, ...epilogue(4), dilations: 1 },
  }),
  matmul: () => ({
    a: ones([2, 3]),
    b: ones([4, 3]),
    options: { transposeA: false, transposeB: true, ...epilogue(4) },
  }),
  max: reduction,
  maxOverTime: () => ({ x: sequence() }),
  maxPool1d: () => ({ x: sequence(), options: pool }),
  maxPool1dWithSwitches: () => ({ x: sequence(), options: pool }),
  maxPool2d: () => ({ x: image(), options: pool }),
  maxPool2dWithSwitches: () => ({ x: image(), options: pool }),
  maxUnpool1d: () => ({
    y: ones([1, 3, 2]),
    switches: ops.maxPool1dWithSwitches(sequence(), { poolSize: 2 }).switches,
  }),
  maxUnpool2d: () => ({
    y: ones([1, 3, 3, 2]),
    switches: ops.maxPool2dWithSwitches(image(), { poolSize: 2 }).switches,
  }),
  maximum: ab,
  maxout: () => ({ ...x(), options: { pieces: 3 } }),
  mean: reduction,
  min: reduction,
  minimum: ab,
  mish: x,
  multiply: ab,
  multiMarginLoss: () => ({
    logits: ones([2, 3]),
    labels: labels(),
    options: { margin: 1, p: 2, classWeights: ones([3]) },
  }),
  negate: x,
  normalizePixels: () => ({
    x: ones([2, 2], 'uint8'),
    options: { mean: [0, 0], standardDeviation: [1, 1] },
  }),
  notEqual: ab,
  pad: () => ({
    ...x(),
    padding: [
      [0, 0],
      [1, 1],
    ],
    options: { mode: 'constant', value: 1 },
  }),
  prelu: () => ({ ...x(), slope: ones([3]) }),
  radialBasis: () => ({ ...x(), codes: ones([5, 3]) }),
  randomNormal: () => fill({ mean: 0, standardDeviation: 1 }),
  randomTruncatedNormal: () => fill({ mean: 0, standardDeviation: 1 }),
  randomUniform: () => fill({ low: 0, high: 1 }),
  relu: x,
  relu6: x,
  reshape: () => ({ ...x(), shape: [3, 2] }),
  resize2d: () => ({ x: image(), size: [3, 3], options: { mode: 'nearest', coordinates: 'asymmetric' } }),
  scaledTanh: x,
  scoreHistogram: () => ({ scores: ones([4]), hits: ones([4]), options: { bins: 3, low: 0, high: 1 } }),
  selu: x,
  separableConv2d: () => ({
    x: image(),
    depthwise: ones([3, 3, 2, 1]),
    pointwise: ones([1, 1, 2, 4]),
    options: { ...window, ...epilogue(4), dilations: 1 },
  }),
  sequenceCorrect: () => ({ decoded: ones([2, 2], 'int32'), target: ones([2, 2], 'int32'), dtype: 'float64' }),
  sigmoid: x,
  silu: x,
  slice: () => ({ ...x(), begin: [0, 1], size: [2, 1] }),
  softmax: along,
  softmaxCrossEntropy: () => ({
    logits: ones([2, 3]),
    target: labels(),
    options: {
      labelSmoothing: 0.1,
      reduction: 'sum',
      classWeights: ones([3]),
      sampleWeights: ones([2]),
      ignoreIndex: 2,
    },
  }),
  softplus: x,
  spatialDropout: drop,
  sqrt: x,
  square: x,
  stack: () => ({ inputs: [ones([2, 3]), ones([2, 3])], options: { axis: 1 } }),
  stochasticDepth: drop,
  stochasticPool1d: () => ({ x: sequence(), options: { ...pool, training: true, random: new Random(1) } }),
  stochasticPool2d: () => ({ x: image(), options: { ...pool, training: true, random: new Random(1) } }),
  subtract: ab,
  subtractiveNorm: () => ({ x: image(), options: { weights: [[0.25, 0.5, 0.25]], acrossChannels: true } }),
  sum: reduction,
  sumPool2d: () => ({ x: image(), options: pool }),
  tanh: x,
  topK: () => ({ ...x(), k: 2 }),
  topKCorrect: () => ({ logits: ones([2, 3]), labels: labels(), k: 2 }),
  transpose: () => ({ ...x(), order: [1, 0] }),
  where: () => ({ condition: ones([2, 3], 'uint8'), a: ones([2, 3]), b: ones([3]) }),
};
