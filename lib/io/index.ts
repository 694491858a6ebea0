// Models and trainings to and from files, by the names users write.
export { type CheckpointOptions, checkpoint, latestCheckpoint } from './checkpoint.js';
export { loadCheckpoint } from './checkpoint_file.js';
export type { LoadKerasOptions } from './keras/options.js';
export { loadKeras } from './keras_h5.js';
export { loadTfjs, saveTfjs } from './tfjs.js';
export {
  type LoadTorchOptions,
  loadTorchWeights,
  type SaveTorchOptions,
  saveTorchWeights,
} from './torch_weights.js';
export { type HasParameters, loadWeights, saveWeights } from './weights.js';
