// Initial values of parameters.
export { constant, ones, zeros } from './constant.js';
export { type InitializerSet, keras, pytorch } from './defaults.js';
export { dirac } from './dirac.js';
export { type Fans, fans } from './fan.js';
export { glorotNormal, glorotUniform } from './glorot.js';
export { type FanMode, heNormal, heUniform, kaimingUniform } from './he.js';
export type { Initializer } from './initializer.js';
export { normal, truncatedNormal } from './normal.js';
export { uniform } from './uniform.js';
export {
  glorotTruncatedNormal,
  heTruncatedNormal,
  lecunTruncatedNormal,
  lecunUniform,
  type VarianceScalingOptions,
  varianceScaling,
} from './variance_scaling.js';
export { type WhiteningImages, type WhiteningOptions, whitening } from './whitening.js';
