// What frameworks begin with:
//
//   parameter                        pytorch (ours)                        keras
//   filters and dense weights        U(±1/√fanIn), kaimingUniform(√5)      U(±√(6 / (fanIn + fanOut))), glorotUniform()
//   their biases                     U(±1/√fanIn) of those weights         0
//   tables of embeddings             N(0, 1)                               U(±0.05)
//   slopes of PReLU                  0.25                                  0
//   scales and shifts of norms       1 and 0                               1 and 0
import { constant, zeros } from './constant.js';
import { glorotUniform } from './glorot.js';
import { kaimingUniform } from './he.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';

/** Whose defaults the layers of a model begin with, where they are not given initializers. */
export type InitializerSet = 'pytorch' | 'keras';

/** The sets, by name. */
export const initializerSets: readonly InitializerSet[] = ['pytorch', 'keras'];

/**
 * Keras' defaults, to be spread into the options of layers: Glorot's uniform distribution for weights, biases of zero.
 *
 * A whole model begins so with the option `initializers: 'keras'`.
 *
 * @example
 * const layers = [conv2d({ filters: 32, kernelSize: 3, ...keras.conv }), flatten(), dense({ units: 10, ...keras.dense })];
 * const model = sequential({ inputShape: [28, 28, 1], layers: otherLayers, initializers: 'keras' });
 */
export const keras = {
  conv: { filterInitializer: glorotUniform(), biasInitializer: zeros },
  dense: { weightsInitializer: glorotUniform(), biasInitializer: zeros },
  embedding: { tableInitializer: uniform(-0.05, 0.05) },
  prelu: { slopeInitializer: zeros },
} as const;

/**
 * PyTorch's defaults, which are those of layers, for single layers of a model that begins as Keras' do. The default of a bias
 * depends on the weights beside it and is not among them.
 *
 * @example
 * const table = embedding({ vocabulary: 10_000, size: 64, ...pytorch.embedding });
 */
export const pytorch = {
  conv: { filterInitializer: kaimingUniform(Math.sqrt(5)) },
  dense: { weightsInitializer: kaimingUniform(Math.sqrt(5)) },
  embedding: { tableInitializer: normal(1) },
  prelu: { slopeInitializer: constant(0.25) },
} as const;
