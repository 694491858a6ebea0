// The shape rule of every layer by example: a shape that fits and what comes out, a shape that does not and what the compiler
// says. Read by the type tests, and by the tests that run the same rules.
import * as layers from '../../lib/layers/index.js';
import type { Shape } from '../../lib/tensor/shape.js';

interface Fits {
  readonly layer: layers.Layer;
  readonly input: Shape;
  readonly output: Shape;
}

interface Example extends Fits {
  /** Missing where a layer keeps whatever shape comes in. */
  readonly wrong?: Shape;
  readonly sentence?: string;
}

const image = 'expects an image [height, width, channels], got [8, 3]';
const pool = layers.maxPool2d({ poolSize: 2 });
const pool1d = layers.maxPool1d({ poolSize: 2 });
const keepsAny = { input: [8, 6, 3], output: [8, 6, 3] } as const;

// biome-ignore format: what fits on one line, what does not on the next
export const layerShapes = {
  activation: { layer: layers.activation('gelu'), ...keepsAny },
  adaptiveAveragePool1d: { layer: layers.adaptiveAveragePool1d({ outputSize: 2 }), input: [8, 3], output: [2, 3],
    wrong: [8, 6, 3], sentence: 'adaptiveAveragePool1d expects a sequence [length, channels], got [8, 6, 3]' },
  adaptiveAveragePool2d: { layer: layers.adaptiveAveragePool2d({ outputSize: [2, 3] }), input: [8, 6, 3], output: [2, 3, 3],
    wrong: [8, 3], sentence: `adaptiveAveragePool2d ${image}` },
  adaptiveMaxPool1d: { layer: layers.adaptiveMaxPool1d({ outputSize: 2 }), input: [8, 3], output: [2, 3],
    wrong: [8, 6, 3], sentence: 'adaptiveMaxPool1d expects a sequence [length, channels], got [8, 6, 3]' },
  adaptiveMaxPool2d: { layer: layers.adaptiveMaxPool2d({ outputSize: 2 }), input: [8, 6, 3], output: [2, 2, 3],
    wrong: [8, 3], sentence: `adaptiveMaxPool2d ${image}` },
  averagePool1d: { layer: layers.averagePool1d({ poolSize: 3 }), input: [8, 3], output: [2, 3],
    wrong: [8, 6, 3], sentence: 'averagePool1d expects a sequence [length, channels], got [8, 6, 3]' },
  averagePool2d: { layer: layers.averagePool2d({ poolSize: 2 }), input: [8, 7, 3], output: [4, 3, 3],
    wrong: [8, 3], sentence: `averagePool2d ${image}` },
  batchNorm: { layer: layers.batchNorm(), ...keepsAny },
  conv1d: { layer: layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 }), input: [8, 3], output: [3, 4],
    wrong: [2, 3], sentence: 'conv1d has a kernel [3] longer than its input [2, 3]: make the kernel smaller or pad more' },
  conv1dTranspose: { layer: layers.conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, groups: 2 }), input: [8, 2], output: [17, 4],
    wrong: [8, 3], sentence: 'conv1dTranspose has 2 groups, which do not divide the channels of its input [8, 3]' },
  conv2d: { layer: layers.conv2d({ filters: 4, kernelSize: [3, 2], groups: 2 }), input: [8, 6, 2], output: [6, 5, 4],
    wrong: [8, 6, 3], sentence: 'conv2d has 2 groups, which do not divide the channels of its input [8, 6, 3]' },
  conv2dTranspose: { layer: layers.conv2dTranspose({ filters: 4, kernelSize: 3, padding: 1 }), input: [8, 6, 3], output: [8, 6, 4],
    wrong: [8, 3], sentence: `conv2dTranspose ${image}` },
  dense: { layer: layers.dense({ units: 10, inputs: 24 }), input: [24], output: [10],
    wrong: [23], sentence: 'dense declares 24 inputs, got 23 features' },
  depthwiseConv2d: { layer: layers.depthwiseConv2d({ kernelSize: 3, multiplier: 2 }), input: [8, 6, 3], output: [6, 4, 6],
    wrong: [2, 6, 3], sentence: 'depthwiseConv2d has a kernel [3, 3] larger than its input [2, 6, 3]: make the kernel smaller or pad more' },
  dropout: { layer: layers.dropout({ rate: 0.5 }), ...keepsAny },
  elu: { layer: layers.elu({ alpha: 0.5 }), ...keepsAny },
  embedding: { layer: layers.embedding({ vocabulary: 10, size: 4 }), input: [8], output: [8, 4] },
  flatten: { layer: layers.flatten(), input: [8, 6, 3], output: [144] },
  globalAveragePool1d: { layer: layers.globalAveragePool1d(), input: [8, 3], output: [3],
    wrong: [8, 6, 3], sentence: 'globalAveragePool1d expects a sequence [length, channels], got [8, 6, 3]' },
  globalAveragePool2d: { layer: layers.globalAveragePool2d(), input: [8, 6, 3], output: [3],
    wrong: [8, 3], sentence: `globalAveragePool2d ${image}` },
  globalMaxPool2d: { layer: layers.globalMaxPool2d(), input: [8, 6, 3], output: [3],
    wrong: [8, 3], sentence: `globalMaxPool2d ${image}` },
  groupNorm: { layer: layers.groupNorm({ groups: 3 }), ...keepsAny,
    wrong: [8, 6, 4], sentence: 'groupNorm has 3 groups, which do not divide the channels of its input [8, 6, 4]' },
  instanceNorm: { layer: layers.instanceNorm(), ...keepsAny },
  kMaxPool: { layer: layers.kMaxPool({ k: 3 }), input: [8, 3], output: [3, 3],
    wrong: [2, 3], sentence: 'kMaxPool has k 3, more than the length of its input [2, 3]' },
  layerNorm: { layer: layers.layerNorm({ axes: 3 }), ...keepsAny },
  leakyRelu: { layer: layers.leakyRelu({ negativeSlope: 0.1 }), ...keepsAny },
  localResponseNorm: { layer: layers.localResponseNorm(), ...keepsAny },
  locallyConnected2d: { layer: layers.locallyConnected2d({ filters: 4, kernelSize: 3 }), input: [8, 6, 3], output: [6, 4, 4],
    wrong: [8, 2, 3], sentence: 'locallyConnected2d has a kernel [3, 3] larger than its input [8, 2, 3]: make the kernel smaller or pad more' },
  lpPool1d: { layer: layers.lpPool1d({ poolSize: 2 }), input: [8, 3], output: [4, 3],
    wrong: [1, 3], sentence: 'lpPool1d has a kernel [2] longer than its input [1, 3]: make the kernel smaller or pad more' },
  lpPool2d: { layer: layers.lpPool2d({ poolSize: 2 }), input: [8, 6, 3], output: [4, 3, 3],
    wrong: [8, 3], sentence: `lpPool2d ${image}` },
  maskedConv2d: { layer: layers.maskedConv2d({ connections: [[0], [0, 1]], kernelSize: 3 }), input: [8, 6, 3], output: [6, 4, 2],
    wrong: [8, 3], sentence: `maskedConv2d ${image}` },
  maxOverTime: { layer: layers.maxOverTime(), input: [8, 3], output: [3],
    wrong: [8, 6, 3], sentence: 'maxOverTime expects a sequence [length, channels], got [8, 6, 3]' },
  maxPool1d: { layer: layers.maxPool1d({ poolSize: 2 }), input: [8, 3], output: [4, 3],
    wrong: [1, 3], sentence: 'maxPool1d has a kernel [2] longer than its input [1, 3]: make the kernel smaller or pad more' },
  maxPool2d: { layer: layers.maxPool2d({ poolSize: 3, strides: 2, ceilMode: true }), input: [8, 6, 3], output: [4, 3, 3],
    wrong: [8, 2, 3], sentence: 'maxPool2d has a kernel [3, 3] larger than its input [8, 2, 3]: make the kernel smaller or pad more' },
  maxUnpool1d: { layer: layers.maxUnpool1d({ pool: pool1d, outputSize: 9 }), input: [4, 3], output: [9, 3],
    wrong: [5, 3], sentence: 'maxUnpool1d restores [9, 3], which the pooling makes [4, 3], got [5, 3]' },
  maxUnpool2d: { layer: layers.maxUnpool2d({ pool, outputSize: [9, 6] }), input: [4, 3, 3], output: [9, 6, 3],
    wrong: [4, 4, 3], sentence: 'maxUnpool2d restores [9, 6, 3], which the pooling makes [4, 3, 3], got [4, 4, 3]' },
  maxout: { layer: layers.maxout({ pieces: 3 }), input: [8, 6, 3], output: [8, 6, 1],
    wrong: [8, 6, 4], sentence: 'maxout has 3 pieces, which do not divide the channels of its input [8, 6, 4]' },
  normalizePixels: { layer: layers.normalizePixels({ mean: 0.5, standardDeviation: 0.2 }), ...keepsAny },
  pad2d: { layer: layers.pad2d({ padding: [0, 1] }), input: [8, 6, 3], output: [8, 8, 3],
    wrong: [8, 3], sentence: `pad2d ${image}` },
  parallel: { layer: layers.parallel([layers.conv2d({ filters: 4, kernelSize: 1 }), layers.activation('relu')]), input: [8, 6, 3], output: [8, 6, 7],
    wrong: [8, 3], sentence: 'inside parallel, conv2d expects an image [height, width, channels], got [8, 3]' },
  prelu: { layer: layers.prelu(), ...keepsAny },
  radialBasis: { layer: layers.radialBasis({ units: 10 }), input: [24], output: [10],
    wrong: [8, 3], sentence: 'radialBasis expects a flat input [features], got [8, 3]: put flatten() before it' },
  reshape: { layer: layers.reshape({ shape: [4, -1] }), input: [8, 6, 3], output: [4, 36],
    wrong: [5, 6, 3], sentence: 'reshape to [4, -1] does not hold the elements of its input [5, 6, 3]' },
  residual: { layer: layers.residual([layers.conv2d({ filters: 3, kernelSize: 1 })]), ...keepsAny,
    wrong: [8, 6, 4], sentence: 'residual adds a branch of shape [8, 6, 3] to a shortcut of shape [8, 6, 4]: make the branch keep the shape or give a shortcut that changes it alike' },
  separableConv2d: { layer: layers.separableConv2d({ filters: 4, kernelSize: 3, strides: 2 }), input: [8, 6, 3], output: [3, 2, 4],
    wrong: [8, 3], sentence: `separableConv2d ${image}` },
  sequential: { layer: layers.sequential([layers.flatten(), layers.dense({ units: 10, inputs: 24 })]), input: [8, 3], output: [10],
    wrong: [8, 6, 3], sentence: 'inside sequential, dense declares 24 inputs, got 144 features' },
  spatialDropout: { layer: layers.spatialDropout({ rate: 0.5 }), ...keepsAny },
  stochasticDepth: { layer: layers.stochasticDepth({ rate: 0.5 }), ...keepsAny },
  stochasticPool1d: { layer: layers.stochasticPool1d({ poolSize: 2 }), input: [8, 3], output: [4, 3],
    wrong: [8, 6, 3], sentence: 'stochasticPool1d expects a sequence [length, channels], got [8, 6, 3]' },
  stochasticPool2d: { layer: layers.stochasticPool2d({ poolSize: 2 }), input: [8, 6, 3], output: [4, 3, 3],
    wrong: [8, 3], sentence: `stochasticPool2d ${image}` },
  subsampling1d: { layer: layers.subsampling1d({ poolSize: 2 }), input: [8, 3], output: [4, 3],
    wrong: [8, 6, 3], sentence: 'subsampling1d expects a sequence [length, channels], got [8, 6, 3]' },
  subsampling2d: { layer: layers.subsampling2d({ poolSize: 2 }), input: [8, 6, 3], output: [4, 3, 3],
    wrong: [8, 3], sentence: `subsampling2d ${image}` },
  subtractiveNorm: { layer: layers.subtractiveNorm(), ...keepsAny },
  upsample2d: { layer: layers.upsample2d({ scale: [2, 3] }), input: [8, 6, 3], output: [16, 18, 3],
    wrong: [8, 3], sentence: `upsample2d ${image}` },
} as const satisfies Readonly<Record<string, Example>>;
