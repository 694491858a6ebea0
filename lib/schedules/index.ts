// The learning rate schedules, by the names users write.
export { constant } from './constant.js';
export { type CosineOptions, cosine } from './cosine.js';
export { type CosineRestartsOptions, cosineRestarts } from './cosine_restarts.js';
export { type ExponentialOptions, exponential } from './exponential.js';
export { type InverseOptions, inverse } from './inverse.js';
export { type MultiStepOptions, multiStep } from './multi_step.js';
export { type OneCycleOptions, oneCycle } from './one_cycle.js';
export { Plateau, type PlateauOptions, plateau } from './plateau.js';
export { type PolynomialOptions, polynomial } from './polynomial.js';
export type { Schedule } from './schedule.js';
export { type StepDecayOptions, stepDecay } from './step_decay.js';
export { type WarmupOptions, warmup } from './warmup.js';
