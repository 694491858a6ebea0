// The optimizers, by the names users write.
export { type AdadeltaOptions, adadelta } from './adadelta.js';
export { type AdagradOptions, adagrad } from './adagrad.js';
export { type AdamOptions, adam } from './adam.js';
export { adamW } from './adam_w.js';
export { Averaged, type AveragedOptions, averaged } from './averaged.js';
export { type ClippedOptions, clipped } from './clipped.js';
export { groups, type ParameterGroup } from './groups.js';
export { type LambOptions, lamb } from './lamb.js';
export { type LarsOptions, lars } from './lars.js';
export { type LookaheadOptions, lookahead } from './lookahead.js';
export { type MaxNormOptions, maxNorm } from './max_norm.js';
export { type MuonOptions, muon } from './muon.js';
export { type LearningRate, Optimizer, type OptimizerCounters, type UpdateContext } from './optimizer.js';
export { type RmspropOptions, rmsprop } from './rmsprop.js';
export { type SgdOptions, sgd } from './sgd.js';
