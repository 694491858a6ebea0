// The learning rate schedules, by the names users write.
export { constant } from './constant.js';
export { type CosineOptions, cosine } from './cosine.js';
export { type OneCycleOptions, oneCycle } from './one_cycle.js';
export type { Schedule } from './schedule.js';
export { type StepDecayOptions, stepDecay } from './step_decay.js';
