// Training, by the names users write.
export { ArraysMismatchError } from './assign_arrays.js';
export type { Callback, StepRecord, TrainingState } from './callback.js';
export type { Crops } from './crops.js';
export type { EarlyStoppingOptions } from './early_stopping.js';
export { NonFiniteLossError } from './errors.js';
export { type EvaluateOptions, evaluate } from './evaluate.js';
export { type CropErrors, type EvaluateCropsOptions, evaluateCrops, type ImageModel } from './evaluate_crops.js';
export { fit } from './fit.js';
export type { EpochRecord, History, Scores, StopReason } from './history.js';
export type { FitOptions } from './options.js';
export { type PredictInput, type PredictOptions, predict } from './predict.js';
export type { Progress, Snapshot } from './snapshot.js';
export type { AnyTrainable, Trainable } from './trainable.js';
