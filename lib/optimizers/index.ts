// The optimizers, by the names users write.
export { type AdamOptions, adam } from './adam.js';
export { adamW } from './adam_w.js';
export { type LearningRate, Optimizer, type OptimizerCounters } from './optimizer.js';
export { type SgdOptions, sgd } from './sgd.js';
