// A good use of every layer: the shape of a sample, and what makes the layer, with every option it takes.
import { initializers, layers } from '../../../lib/index.js';
import type { Arguments } from './mutations.js';

const name = 'it';
const [filterInitializer, biasInitializer] = [initializers.heNormal(), initializers.zeros];
const image = (options?: object) => ({ input: [6, 6, 2], ...(options && { options: { ...options, name } }) });
const sequence = (options: object) => ({ input: [6, 2], options: { ...options, name } });
const weighted = { activation: 'relu', bias: true, filterInitializer, biasInitializer };
const window = { strides: 1, padding: 1 };
const merge = () => ({ options: { name } });
const pool = { poolSize: 2, strides: 1, padding: 'same', ceilMode: false };
const affine = {
  epsilon: 1e-5,
  affine: true,
  gammaInitializer: initializers.ones,
  betaInitializer: initializers.zeros,
};
const transposed = { filters: 4, kernelSize: 3, strides: 2, padding: 1, outputPadding: 1, dilations: 1, groups: 2 };

/** By name, in the order of lib/layers/index.ts. */
export const layerCalls: Readonly<Record<string, () => Arguments>> = {
  activation: () => ({ input: [3], activation: 'gelu', options: { name } }),
  adaptiveAveragePool1d: () => sequence({ outputSize: 2 }),
  adaptiveAveragePool2d: () => image({ outputSize: 2 }),
  adaptiveMaxPool1d: () => sequence({ outputSize: 2 }),
  adaptiveMaxPool2d: () => image({ outputSize: 2 }),
  add: merge,
  average: merge,
  averagePool1d: () => sequence({ ...pool, countIncludePad: true }),
  averagePool2d: () => image({ ...pool, countIncludePad: true }),
  batchNorm: () =>
    image({
      momentum: 0.1,
      epsilon: 1e-5,
      varianceConvention: 'keras',
      scale: true,
      center: true,
      gammaInitializer: initializers.ones,
      betaInitializer: initializers.zeros,
    }),
  concat: merge,
  conv1d: () => sequence({ filters: 4, kernelSize: 3, ...window, dilations: 1, groups: 2, flip: true, ...weighted }),
  conv1dTranspose: () => sequence({ ...transposed, ...weighted }),
  conv2d: () =>
    image({
      filters: 4,
      kernelSize: 3,
      ...window,
      dilations: 1,
      groups: 2,
      flip: true,
      algorithm: 'direct',
      ...weighted,
    }),
  conv2dTranspose: () => image({ ...transposed, ...weighted }),
  dense: () => ({
    input: [5],
    options: {
      units: 3,
      inputs: 5,
      activation: 'relu',
      bias: true,
      weightsInitializer: filterInitializer,
      biasInitializer,
      name,
    },
  }),
  depthwiseConv2d: () => image({ kernelSize: 3, multiplier: 2, ...window, dilations: 1, ...weighted }),
  dropout: () => image({ rate: 0.5 }),
  elu: () => image({ alpha: 0.5 }),
  embedding: () => ({
    input: [3],
    options: {
      vocabulary: 4,
      size: 2,
      paddingIndex: 0,
      tableInitializer: initializers.normal(1),
      trainable: true,
      name,
    },
  }),
  flatten: () => image({}),
  globalAveragePool1d: () => sequence({}),
  globalAveragePool2d: () => image({}),
  globalMaxPool2d: () => image({}),
  groupNorm: () => image({ groups: 2, ...affine }),
  instanceNorm: () => image(affine),
  kMaxPool: () => sequence({ k: 2 }),
  layerNorm: () => image({ axes: 1, ...affine }),
  leakyRelu: () => image({ negativeSlope: 0.1 }),
  localResponseNorm: () => image({ size: 3, alpha: 1, beta: 1, bias: 1, alphaConvention: 'divided' }),
  locallyConnected2d: () => image({ filters: 2, kernelSize: 3, strides: 1, padding: 'valid', ...weighted }),
  lpPool1d: () => sequence({ ...pool, p: 2 }),
  lpPool2d: () => image({ ...pool, p: 2 }),
  maskedConv2d: () => image({ connections: [[0], [0, 1]], kernelSize: 3, ...window, ...weighted }),
  maxUnpool1d: () => ({ input: [3, 2], options: { pool: layers.maxPool1d({ poolSize: 2 }), outputSize: 6, name } }),
  maxUnpool2d: () => ({ input: [3, 3, 2], options: { pool: layers.maxPool2d({ poolSize: 2 }), outputSize: 6, name } }),
  maximum: merge,
  maxOverTime: () => sequence({}),
  maxPool1d: () => sequence(pool),
  maxPool2d: () => image(pool),
  maxout: () => image({ pieces: 2 }),
  multiply: merge,
  normalizePixels: () => image({ mean: 0.5, standardDeviation: 0.5 }),
  pad2d: () => image({ padding: 1, mode: 'constant', value: 1 }),
  parallel: () => ({ ...image(), branches: [layers.flatten()], options: { name } }),
  prelu: () => image({ shared: true, slopeInitializer: initializers.constant(0.25) }),
  radialBasis: () => ({
    input: [5],
    options: { units: 3, trainable: true, codesInitializer: initializers.normal(1), name },
  }),
  reshape: () => image({ shape: [9, -1] }),
  residual: () => ({
    ...image(),
    layers: [layers.activation('relu')],
    options: { shortcut: [layers.batchNorm()], name },
  }),
  separableConv2d: () => image({ filters: 3, kernelSize: 3, multiplier: 2, ...window, dilations: 1, ...weighted }),
  sequential: () => ({ ...image(), layers: [layers.flatten()], options: { name } }),
  spatialDropout: () => image({ rate: 0.5 }),
  stochasticDepth: () => image({ rate: 0.5 }),
  stochasticPool1d: () => sequence(pool),
  stochasticPool2d: () => image(pool),
  subsampling1d: () =>
    sequence({
      poolSize: 2,
      strides: 2,
      padding: 'valid',
      ceilMode: false,
      weightInitializer: initializers.ones,
      biasInitializer,
    }),
  subsampling2d: () =>
    image({
      poolSize: 2,
      strides: 2,
      padding: 'valid',
      ceilMode: false,
      weightInitializer: initializers.ones,
      biasInitializer,
    }),
  subtractiveNorm: () => image({ windowSize: 3, acrossChannels: true }),
  upsample2d: () => image({ scale: 2, mode: 'bilinear', coordinates: 'halfPixel' }),
};
