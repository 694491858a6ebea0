// Models and trainings to and from files, by the names users write.
export { type CheckpointOptions, checkpoint, latestCheckpoint } from './checkpoint.js';
export { loadCheckpoint } from './checkpoint_file.js';
export { type HasParameters, loadWeights, saveWeights } from './weights.js';
