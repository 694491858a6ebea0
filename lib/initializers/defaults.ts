// What other frameworks begin with, to be spread into a layer's options; ours are PyTorch's.
import { zeros } from './constant.js';
import { glorotUniform } from './glorot.js';

/**
 * Keras' defaults: Glorot's uniform distribution for weights, biases of zero.
 *
 * Layers without these options begin as PyTorch's do: U(±1/√fanIn) for weights and biases.
 *
 * @example
 * const layers = [conv2d({ filters: 32, kernelSize: 3, ...keras.conv }), flatten(), dense({ units: 10, ...keras.dense })];
 */
export const keras = {
  conv: { filterInitializer: glorotUniform(), biasInitializer: zeros },
  dense: { weightsInitializer: glorotUniform(), biasInitializer: zeros },
} as const;
